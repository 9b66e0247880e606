import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import type { Fault } from './order-double.ts';
import { eventually } from './processes.ts';
import { freshKey, startWorld, type World } from './world.ts';

let world: World;
let url: string;
beforeAll(async () => {
  world = await startWorld({ provider: { TIMEOUT_MS: '9500', SLOW_MS: '4000' } });
  ({ url } = await world.startService());
});
afterEach(async () => {
  await world.atRest(30_000);
  expect(moneyViolations(await world.ledger(), await world.items(), [...world.orders.orders.values()])).toEqual([]);
});
afterAll(() => world.close());

const lost: readonly { readonly row: string; readonly faults: readonly Fault[] }[] = [
  { row: 'the lease is granted and the answer lost (Y3)', faults: [{ on: 'lease', how: 'after', times: 1 }] },
  { row: 'the order cannot be asked for a lease', faults: [{ on: 'lease', how: 'before', times: 2 }] },
  { row: 'a callback is taken and the answer lost (Y9)', faults: [{ on: 'status', how: 'after', times: 2 }] },
  { row: 'a callback never arrives at first', faults: [{ on: 'status', how: 'before', times: 2 }] },
  {
    row: 'the order answers 503',
    faults: [
      { on: 'lease', how: '503', times: 1 },
      { on: 'status', how: '503', times: 2 },
    ],
  },
];

test.for(lost)('when $row, the order is paid once', async ({ faults }) => {
  world.orders.faults.push(...faults.map((one) => ({ ...one })));
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const first = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect([201, 202]).toContain(first.status);
  await eventually(
    () => order.state,
    (state) => state === 'paid',
    20_000,
  );
  await world.atRest();
  expect((await world.pay(url, user, order.order_id, 'pm_ok', key)).status).toBe(201);
  expect((await world.ledger(order.order_id)).map((one) => one.kind)).toEqual(['authorize', 'capture']);
  expect([...new Set(order.heard.map((one) => one.split(':')[2]))]).toEqual(['authorized', 'captured']);
});

test('a provider that accepts and never answers (Y6) is asked by key, and captures once', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const waiting = await world.pay(url, user, order.order_id, 'pm_timeout', freshKey());
  expect([waiting.status, waiting.body.state]).toEqual([202, 'authorizing']);
  const other = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
  expect([other.status, other.body.code]).toEqual([409, 'payment_in_progress']);
  await eventually(
    () => order.state,
    (state) => state === 'paid',
    40_000,
  );
  const asked = (await world.ledger(order.order_id)).map((one) => [one.kind, one.times_asked]);
  expect(asked).toEqual([
    ['authorize', 1],
    ['capture', 1],
  ]);
});

test('a provider that is slow is waited for, and captures once', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  expect((await world.pay(url, user, order.order_id, 'pm_slow', key)).status).toBe(202);
  await eventually(
    () => order.state,
    (state) => state === 'paid',
    20_000,
  );
  await world.atRest();
  const done = await world.pay(url, user, order.order_id, 'pm_slow', key);
  expect([done.status, done.body.state, done.headers.get('idempotent-replayed')]).toEqual([201, 'captured', 'true']);
});

test('while the provider is down an attempt waits; when it is back with its ledger, the attempt ends once', async () => {
  await world.provider.kill();
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const waiting = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect([waiting.status, waiting.body.state]).toEqual([202, 'authorizing']);
  expect(order.state).toBe('paying');
  await world.startProvider();
  await eventually(
    () => order.state,
    (state) => state === 'paid',
    20_000,
  );
  expect((await world.ledger(order.order_id)).map((one) => one.kind)).toEqual(['authorize', 'capture']);
});

test('a cancel that races the payment ends in a refund or a void, never both, never neither (Y16)', async () => {
  world.orders.onRefund((order) => {
    const body = { refund_id: order.refund_id, payment_id: order.holder, ...order.amount, reason: 'cancelled' };
    const path = `/internal/orders/${order.order_id}/refunds`;
    void eventually(
      () => world.internal(url, 'POST', path, body),
      ({ status }) => status === 202,
    );
  });
  const started = performance.now();
  const sample = world.orders.place('usr_sample');
  await world.pay(url, 'usr_sample', sample.order_id, 'pm_ok', freshKey());
  const usualMs = performance.now() - started;
  const ends = new Map<string, number>();
  for (let round = 0; round < 40; round += 1) {
    const user = newId('user');
    const order = world.orders.place(user);
    const paying = world.pay(url, user, order.order_id, 'pm_ok', freshKey());
    // Spread evenly over one and a half times a usual payment.
    await new Promise((resolve) => setTimeout(resolve, (usualMs * 1.5 * round) / 40));
    world.orders.cancel(order);
    const { status } = await paying;
    await eventually(
      () => order.state,
      (state) => state === 'cancelled' || state === 'refunded',
    );
    const kinds = (await world.ledger(order.order_id)).map((one) => one.kind);
    expect([['authorize', 'void'], ['authorize', 'capture', 'refund'], []]).toContainEqual(kinds);
    const end = `${status} ${order.state}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  process.stdout.write(`cancel against payment: ${JSON.stringify([...ends])}\n`);
  expect(ends.size).toBeGreaterThan(1);
});

test('an attempt that has asked for nothing can be abandoned, any other stays as it is', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  world.orders.faults.push({ on: 'lease', how: '503', times: 2 });
  const key = freshKey();
  const paying = world.pay(url, user, order.order_id, 'pm_ok', key);
  const [attempt] = await eventually(
    () => world.attempts(order.order_id),
    (found) => found.length === 1,
  );
  const path = `/internal/payments/${String(attempt?.payment_id)}/abandon`;
  const abandoned = await world.internal(url, 'POST', path);
  await paying;
  await world.atRest(30_000);
  const final = await world.pay(url, user, order.order_id, 'pm_ok', key);
  const wasInTime = abandoned.body.state === 'abandoned';
  expect(final.status).toBe(wasInTime ? 409 : 201);
  expect((await world.ledger(order.order_id)).length).toBe(wasInTime ? 0 : 2);
  expect((await world.internal(url, 'POST', path)).body.state).toBe(wasInTime ? 'abandoned' : 'captured');
  expect((await world.internal(url, 'POST', '/internal/payments/pay_unknown/abandon')).status).toBe(404);
});
