import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { MSKEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { bundle } from '../../stacks/aws/bundle.ts';
import { arrange, failure, invocation, mailsOf, none, orderEvent } from '../notification-lambda/arrange.ts';

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notifier-bundle-'));
  for (const { name, contents } of bundle('services/notification-lambda/handler.ts'))
    await writeFile(join(folder, name), contents);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What Lambda does: a fresh process with nothing but the bundle and its environment loads the module and invokes it. */
async function invoke(event: MSKEvent, tables: Record<'contacts' | 'notifications', string>): Promise<unknown> {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
    const answer = await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60_000 });
    process.stdout.write('\\nANSWER ' + JSON.stringify(answer) + '\\n', () => process.exit());`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    timeout: 20_000,
    env: {
      AWS_REGION: localAws.region,
      AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
      AWS_ENDPOINT_URL_SESV2: inject('sesEndpoint'),
      CONTACTS_TABLE: tables.contacts,
      NOTIFICATIONS_TABLE: tables.notifications,
      MAIL_FROM: 'orders@shop.example',
      LOG_LEVEL: 'info',
      NODE_OPTIONS: '--enable-source-maps',
    },
  });
  return JSON.parse(/^ANSWER (.*)$/m.exec(stdout)?.[1] ?? 'null');
}

test('the bundle is one module and its source map, and runs from an empty folder: it mails a real buyer', async () => {
  expect((await readdir(folder)).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event);
  expect(await invoke(invocation([event]), platform.tables)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
  expect(await platform.delivery(event)).toMatchObject({ event_id: event.id, status: 'sent' });
});

test('the bundle names the first record that it could not handle, as Lambda wants it', async () => {
  const platform = await arrange();
  const event = orderEvent();
  const tables = { ...platform.tables, contacts: `${platform.tables.contacts}-that-does-not-exist` };
  expect(await invoke(invocation([event, orderEvent()]), tables)).toEqual(failure(0));
});
