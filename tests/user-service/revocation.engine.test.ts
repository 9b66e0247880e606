import { type AddressInfo, createServer } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { type UserWorld, userWorld } from './world.ts';

/** Nothing listens on port 1. */
const unreachable = DynamoDBDocumentClient.from(
  new DynamoDBClient({ ...localAws, endpoint: 'http://127.0.0.1:1', maxAttempts: 2 }),
);

let world: UserWorld;
beforeAll(async () => {
  world = await userWorld({ dynamo: unreachable });
});
afterAll(async () => {
  await world.close();
  unreachable.destroy();
});

const left = () =>
  world.owner<{ kind: string; attempts: number }[]>`SELECT kind, attempts FROM outbox ORDER BY outbox_id`;

test('with DynamoDB down one can register and sign out; the marker and the contact follow when it is back', async () => {
  const { status, email, body } = await world.register();
  expect(status).toBe(201);
  const { access_token: token, refresh_token, session_id } = await world.login(email);
  const started = performance.now();
  expect((await world.call('POST', '/auth/logout', { token })).status).toBe(204);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect((await world.refresh(refresh_token)).status).toBe(401);
  expect(await world.marker(session_id)).toBeUndefined();
  expect((await left()).map((one) => one.kind)).toEqual(['contact', 'revocation']);

  await world.redrive();
  expect(await world.marker(session_id)).toMatchObject({ sk: 'META' });
  expect(await world.contact(body.user_id)).toMatchObject({ email, version: 1 });
  expect(await left()).toEqual([]);
});

test('a failing delivery is kept, counted and tried later, with everything that was committed after it', async () => {
  const { email } = await world.register();
  const { access_token: token } = await world.login(email);
  await world.call('PATCH', '/users/me', { token, body: { name: 'Asha R.' } });
  const down = world.outboxOn(unreachable);
  await world.owner`UPDATE outbox SET due_at = clock_timestamp()`;
  await down.turn(new AbortController().signal);
  expect(await left()).toEqual([
    { kind: 'contact', attempts: 1 },
    { kind: 'contact', attempts: 1 },
  ]);
  const [soon] = await world.owner<{ ok: boolean }[]>`
    SELECT bool_and(due_at BETWEEN clock_timestamp() AND clock_timestamp() + '6 s') AS ok FROM outbox`;
  expect(soon?.ok).toBe(true);
  await world.redrive();
  expect(await left()).toEqual([]);
});

test('several replicas working on the outbox never take the same message at once', async () => {
  for (let index = 0; index < 30; index += 1)
    await world.owner`INSERT INTO outbox (kind, subject, due_at) VALUES ('contact', gen_random_uuid(), clock_timestamp())`;
  const claims = await Promise.all(Array.from({ length: 5 }, () => world.outboxStore.claim(10)));
  const ids = claims.flat().map((message) => message.outboxId);
  expect(new Set(ids).size).toBe(ids.length);
  const rest = await Promise.all(Array.from({ length: 3 }, () => world.outboxStore.claim(10)));
  expect(ids.length + rest.flat().length).toBe(30);
  await world.redrive();
  expect(await left()).toEqual([]);
});

test('a marker that comes after its last access token has expired is not written any more', async () => {
  const { email } = await world.register();
  const { access_token: token, session_id } = await world.login(email);
  await world.call('POST', '/auth/logout', { token });
  await world.owner`UPDATE outbox SET created_at = created_at - interval '361 s'`;
  await world.redrive();
  expect(await world.marker(session_id)).toBeUndefined();
  expect(await left()).toEqual([]);
});

test('the answer waits for a hanging DynamoDB no longer than it must', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const requestHandler = { requestTimeout: 1_000, throwOnRequestTimeout: true };
  const hanging = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...localAws, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 3, requestHandler }),
  );
  const { email } = await world.register();
  const { session_id } = await world.login(email);
  const [user] = await world.owner`SELECT user_id FROM sessions WHERE session_id = ${session_id.slice(4)}`;
  const revoked = await world.deps.sessions.revoke(`usr_${user?.user_id}`, session_id, 'signed_out');
  if (revoked.kind !== 'revoked') throw new Error(revoked.kind);
  const started = performance.now();
  await world.outboxOn(hanging).deliver(revoked.message);
  const waited = performance.now() - started;
  expect(waited).toBeGreaterThan(1_400);
  expect(waited).toBeLessThan(2_500);
  hanging.destroy();
  silent.close();
});
