import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { platformUnderTest } from '../harness/platform.ts';

const demo = fileURLToPath(new URL('../../bin/demo.mjs', import.meta.url));

function run(
  platformFile: string,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, PLATFORM_FILE: platformFile };
  return new Promise((resolve) => {
    execFile(process.execPath, [demo], { env, timeout: 100_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

test('the demonstration orders, pays, gets its mails and prints a timeline with offsets', async () => {
  const { code, stdout, stderr } = await run(join(platformUnderTest().dataDir, 'platform.json'));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  process.stdout.write(stdout);
  for (const cause of ['order.created', 'order.placed', 'order.paid'])
    expect(stdout).toMatch(new RegExp(`event_published +order-service +${cause} +orders\\.v1 +\\d +\\d+ +ord_`));
  for (const template of ['placed', 'paid'])
    expect(stdout).toMatch(new RegExp(`email_sent +notification-lambda +${template} `));
}, 120_000);

test('without a running platform the demonstration says how to start one, and fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'));
  const gone = join(folder, 'platform.json');
  expect(await run(gone)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('"npm start"') });
  writeFileSync(gone, JSON.stringify({ gateway: 'http://127.0.0.1:9', mailbox: 'http://127.0.0.1:9' }));
  const { code, stderr } = await run(gone);
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'The gateway does not answer at http://127.0.0.1:9: start the platform with "npm start".',
  ]);
});
