import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, inject, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { startSes } from '../../bin/local/engines/ses.ts';
import { freePort } from '../../bin/local/ports.ts';
import { claimMs } from '../../services/notification-lambda/deliveries.dynamo.ts';
import type { Mailer } from '../../services/notification-lambda/mail.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';
import { arrange, failure, invocation, mailerAt, mailsOf, none, orderEvent, plenty } from './arrange.ts';

/** Passes requests on to an engine until told to break: 'down' refuses them, 'deaf' loses the answers. */
async function startRelay(target: string) {
  const relay = { mode: 'up' as 'up' | 'down' | 'deaf' };
  const server = createServer(async (request, response) => {
    if (relay.mode === 'down') {
      response.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(target + request.url, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (relay.mode === 'deaf') response.destroy();
    else response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    relay,
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('while the provider is down nothing is lost: the first event is reported, and all are mailed once when it is back', async () => {
  const dir = memoryDirectory('ses');
  const port = await freePort();
  const platform = await arrange({ mailer: mailerAt(`http://127.0.0.1:${port}`) });
  const events = [orderEvent(), orderEvent(), orderEvent()];
  for (const event of events) await platform.contact(event);
  for (let time = 0; time < 3; time += 1) expect(await platform.run(invocation(events), plenty)).toEqual(failure(0));
  expect(await platform.delivery(events[0] ?? orderEvent())).toMatchObject({
    status: 'failed',
    possible_extra_mails: 0,
  });
  const ses = await startSes({ dir, port, logFile: join(dir, 'ses.log') });
  try {
    expect(await platform.run(invocation(events), plenty)).toEqual(none);
    for (const event of events) expect(await mailsOf(event, ses.endpoint)).toHaveLength(1);
  } finally {
    await ses.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});

test('an answer that the provider gave but nobody heard costs at most one extra mail, which is counted', async () => {
  const ses = await startRelay(inject('sesEndpoint'));
  const platform = await arrange({ mailer: mailerAt(ses.url) });
  const event = orderEvent();
  await platform.contact(event);
  ses.relay.mode = 'deaf';
  expect(await platform.run(invocation([event]), plenty)).toEqual(failure(0));
  ses.relay.mode = 'up';
  expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  ses.close();
  expect(await mailsOf(event)).toHaveLength(2);
  expect(await platform.delivery(event)).toMatchObject({ status: 'sent', possible_extra_mails: 1 });
});

test('with the store down nothing is sent, the event is reported, and mailed once when the store is back', async () => {
  const store = await startRelay(inject('dynamodbEndpoint'));
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint: store.url, maxAttempts: 2 }));
  const platform = await arrange({ dynamo });
  const event = orderEvent();
  await platform.contact(event);
  store.relay.mode = 'down';
  expect(await platform.run(invocation([event, 'poison']), plenty)).toEqual(failure(0));
  expect(await platform.run(invocation(['poison', event]), plenty)).toEqual(failure(0));
  expect(await mailsOf(event)).toEqual([]);
  store.relay.mode = 'up';
  expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
  store.close();
});

test('a mail whose record could not be written is not sent again by the same instance', async () => {
  const store = await startRelay(inject('dynamodbEndpoint'));
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint: store.url, maxAttempts: 1 }));
  const real = mailerAt(inject('sesEndpoint'));
  const mailer: Mailer = {
    async send(...mail) {
      const outcome = await real.send(...mail);
      store.relay.mode = 'down';
      return outcome;
    },
  };
  const platform = await arrange({ dynamo, mailer });
  const event = orderEvent();
  await platform.contact(event);
  expect(await platform.run(invocation([event]), plenty)).toEqual(failure(0));
  store.relay.mode = 'up';
  expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
  expect(await platform.delivery(event)).toMatchObject({ status: 'sent', possible_extra_mails: 0 });
  store.close();
});

test('a claim that a crash left behind is waited for, then taken over, and the extra mail that may be is counted', async () => {
  let now = Date.now();
  const clock = { now: () => now, monotonic: () => now };
  let crash = true;
  const real = mailerAt(inject('sesEndpoint'));
  const mailer: Mailer = {
    async send(...mail) {
      if (!crash) return real.send(...mail);
      // Accepted, and the instance never comes to write it down.
      await real.send(...mail);
      return new Promise(() => {});
    },
  };
  const platform = await arrange({ mailer, clock });
  const event = orderEvent();
  await platform.contact(event);
  void platform.start()(invocation([event]), plenty);
  await expect.poll(() => mailsOf(event)).toHaveLength(1);
  crash = false;
  expect(await platform.start()(invocation([event]), plenty)).toEqual(failure(0));
  now += claimMs + 1;
  expect(await platform.start()(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(2);
  expect(await platform.delivery(event)).toMatchObject({ status: 'sent', possible_extra_mails: 1 });
});

test('a mail that the provider will never take is recorded as rejected and does not hold up the others', async () => {
  const real = mailerAt(inject('sesEndpoint'));
  const first = orderEvent();
  // The local mailbox takes any address; a mail without a subject is what it refuses with 400.
  const refusing = mailerAt(inject('sesEndpoint'));
  const mailer: Mailer = {
    send: (to, mail, id) =>
      id === first.id ? refusing.send(to, { ...mail, subject: '' }, id) : real.send(to, mail, id),
  };
  const platform = await arrange({ mailer });
  const second = orderEvent();
  await platform.contact(first);
  await platform.contact(second);
  expect(await platform.run(invocation([first, second]), plenty)).toEqual(none);
  expect(await platform.delivery(first)).toMatchObject({ status: 'rejected' });
  expect(await mailsOf(second)).toHaveLength(1);
});

test('when the time is nearly over the rest of the batch is reported, and only the rest', async () => {
  const platform = await arrange();
  const events = [orderEvent(), orderEvent(), orderEvent()];
  for (const event of events) await platform.contact(event);
  let calls = 0;
  const short = { getRemainingTimeInMillis: () => (calls++ < 2 ? 60_000 : 5_000) };
  expect(await platform.run(invocation(events), short)).toEqual(failure(2));
  const counts = await Promise.all(events.map(async (event) => (await mailsOf(event)).length));
  expect(counts).toEqual([1, 1, 0]);
});
