import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLedger } from '../../bin/local/payment-provider/ledger.ts';
import { createProvider } from '../../bin/local/payment-provider/server.ts';
import { providerOver } from '../../services/payment-service/provider.http.ts';
import { type ProviderRequest, settle } from '../../services/payment-service/provider.ts';

let dir: string;
let stop: () => Promise<void>;
let url: string;

async function start(): Promise<void> {
  const server = createProvider({
    ledger: openLedger(join(dir, 'ledger.jsonl')),
    secretKey: 'sk_test',
    delays: { slowMs: 300, timeoutMs: 300 },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'provider-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(path: string, key: string, body: object, secret = 'sk_test') {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(1_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function look(path: string) {
  const response = await fetch(`${url}${path}`, { headers: { authorization: 'Bearer sk_test' } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const inr = (amount_minor: number) => ({ amount_minor, currency: 'INR' });
const authorize = (key: string, token: string) =>
  ask('/authorizations', key, { ...inr(100), token, metadata: { order_id: 'ord_1' } });

test('each operation happens once per key; the same key with another request is refused as a mistake', async () => {
  const first = await authorize('a', 'pm_ok');
  expect([first.status, first.body.state, first.body.key]).toEqual([200, 'succeeded', 'a']);
  expect(await authorize('a', 'pm_ok')).toEqual(first);
  expect((await authorize('a', 'pm_declined')).status).toBe(409);
  const path = `/authorizations/${first.body.reference}`;
  expect((await ask(`${path}/capture`, 'c', inr(100))).body.state).toBe('succeeded');
  expect((await ask(`${path}/capture`, 'c', inr(100))).body.state).toBe('succeeded');
  expect((await ask(`${path}/capture`, 'c2', inr(100))).body).toMatchObject({
    state: 'refused',
    reason: 'already_captured',
  });
  expect((await ask(`${path}/void`, 'v', inr(100))).body.reason).toBe('already_captured');
  const { operations } = (await look('/ledger?order_id=ord_1')).body as {
    operations: { key: string; times_asked: number }[];
  };
  expect(operations.map((one) => [one.key, one.times_asked])).toEqual([
    ['a', 2],
    ['c', 2],
    ['c2', 1],
    ['v', 1],
  ]);
});

test('refunds never exceed the capture', async () => {
  const { body } = await authorize('a', 'pm_ok');
  const path = `/authorizations/${body.reference}/refunds`;
  expect((await ask(path, 'r0', inr(1))).body.reason).toBe('not_captured');
  await ask(`/authorizations/${body.reference}/capture`, 'c', inr(100));
  expect((await ask(path, 'r1', inr(60))).body.state).toBe('succeeded');
  expect((await ask(path, 'r2', inr(41))).body).toMatchObject({ state: 'refused', reason: 'above_captured' });
  expect((await ask(path, 'r3', inr(40))).body.state).toBe('succeeded');
});

test('a voided authorisation cannot be captured, a declined one neither', async () => {
  const { body } = await authorize('a', 'pm_ok');
  expect((await ask(`/authorizations/${body.reference}/void`, 'v', inr(100))).body.state).toBe('succeeded');
  expect((await ask(`/authorizations/${body.reference}/capture`, 'c', inr(100))).body.reason).toBe('already_voided');
  const declined = await authorize('d', 'pm_declined');
  expect([declined.status, declined.body.reason]).toEqual([422, 'card_declined']);
  expect((await ask(`/authorizations/${declined.body.reference}/capture`, 'c2', inr(100))).body.reason).toBe(
    'not_authorized',
  );
  const unknown = await authorize('u', 'pm_whatever');
  expect(unknown.body.reason).toBe('unknown_token');
});

test('pm_timeout is accepted and never answers, and is known by its key', async () => {
  await expect(authorize('t', 'pm_timeout')).rejects.toThrow();
  expect((await look('/operations/t')).body.state).toBe('succeeded');
});

test('pm_slow is pending until it answers', async () => {
  const answer = authorize('s', 'pm_slow');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await look('/operations/s')).toMatchObject({ status: 202, body: { state: 'pending' } });
  expect((await answer).body.state).toBe('succeeded');
});

test('pm_unknown answers 500 once, having charged for some keys and not for others', async () => {
  const known: number[] = [];
  for (let digit = 0; digit < 16; digit += 1) {
    const key = `k${digit.toString(16)}`;
    expect((await authorize(key, 'pm_unknown')).status).toBe(500);
    known.push((await look(`/operations/${key}`)).status);
    expect((await authorize(key, 'pm_unknown')).status).toBe(200);
  }
  expect(known.filter((status) => status === 200)).toHaveLength(8);
  expect(known.filter((status) => status === 404)).toHaveLength(8);
});

test('pm_twice sends its answer again on the connection, and our client never takes it for another key’s answer', async () => {
  const client = providerOver(url, 'sk_test');
  const retried: string[] = [];
  const settled = async (request: ProviderRequest) => {
    for (;;) {
      const operation = await settle(client, request, true).catch((error: Error) => error.message);
      if (typeof operation !== 'string') return operation;
      retried.push(operation);
    }
  };
  for (let round = 0; round < 30; round += 1) {
    const key = `t${round}`;
    const amount = inr(100);
    const authorized = await settled({ kind: 'authorize', key, amount, orderId: 'ord_1', token: 'pm_twice' });
    expect([authorized.key, authorized.reference]).toEqual([key, `auth_${key}`]);
    await new Promise((resolve) => setTimeout(resolve, round % 8));
    const captured = await settled({ kind: 'capture', key: `cap:${key}`, reference: `auth_${key}`, amount });
    expect([captured.key, captured.state]).toEqual([`cap:${key}`, 'succeeded']);
  }
  process.stdout.write(`pm_twice: ${retried.length} answers refused: ${[...new Set(retried)].join('; ')}\n`);
  await client.close();
});

test('the ledger outlives its process, and half a line at its end', async () => {
  const first = await authorize('a', 'pm_ok');
  await ask(`/authorizations/${first.body.reference}/capture`, 'c', inr(100));
  const before = await look('/ledger');
  await stop();
  appendFileSync(join(dir, 'ledger.jsonl'), '{"type":"operation","operation":{"key":"half"');
  await start();
  expect(await look('/ledger')).toEqual(before);
  expect((await ask(`/authorizations/${first.body.reference}/capture`, 'c2', inr(100))).body.reason).toBe(
    'already_captured',
  );
});

test('without the right key nothing is told, except that it lives', async () => {
  expect((await ask('/authorizations', 'a', {}, 'wrong')).status).toBe(401);
  expect((await fetch(`${url}/ledger`)).status).toBe(401);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});
