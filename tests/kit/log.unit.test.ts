import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { batched } from '../../services/kit/log.ts';

test('lines go out in order, many at a time, and none is kept after a flush', () => {
  const written: string[] = [];
  const log = batched({ write: (text) => written.push(text), flushSync: () => {} });
  const lines = Array.from({ length: 1_000 }, (_, index) => `{"line":${index},"of":"${'x'.repeat(80)}"}\n`);
  for (const line of lines) log.write(line);
  expect(written.length).toBeGreaterThan(1);
  expect(written.length).toBeLessThan(20);
  log.flush();
  log.flush();
  expect(written.join('')).toBe(lines.join(''));
});

test('a process that ends, or dies of a defect right after a fatal line, has written all of its lines', async () => {
  for (const ending of ['process.exit(3)', "log.fatal('last'); process.exit(3)", 'throw new Error()']) {
    const script = `import { createLog } from '${new URL('../../services/kit/log.ts', import.meta.url)}';
      const log = createLog('x', 'info'); for (let i = 0; i < 500; i += 1) log.info({ i }, 'line'); ${ending};`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    await new Promise((resolve) => child.on('close', resolve));
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(ending.includes('fatal') ? 501 : 500);
    expect(lines.every((line) => typeof JSON.parse(line).time === 'string')).toBe(true);
  }
});
