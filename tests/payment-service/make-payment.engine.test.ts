import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import { eventually } from './processes.ts';
import { freshKey, startWorld, type World } from './world.ts';

let world: World;
let url: string;
let log: () => string;
beforeAll(async () => {
  world = await startWorld();
  const service = await world.startService();
  url = service.url;
  log = service.output;
});
afterEach(async () => {
  await world.atRest(30_000);
  expect(moneyViolations(await world.ledger(), await world.items(), [...world.orders.orders.values()])).toEqual([]);
});
afterAll(() => world.close());

const kinds = async (orderId: string) => (await world.ledger(orderId)).map((one) => `${one.kind} ${one.state}`);

test('an order is paid once: authorised, its stock committed, captured, and told so', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const paid = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect(paid.status).toBe(201);
  expect(Object.keys(paid.body)).toEqual(['payment_id', 'order_id', 'state', 'amount', 'created_at']);
  expect(paid.body).toMatchObject({ order_id: order.order_id, state: 'captured', amount: order.amount });
  expect(order.state).toBe('paid');
  expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'capture succeeded']);

  const again = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect([again.status, again.text]).toEqual([201, paid.text]);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(paid.headers.get('idempotent-replayed')).toBeNull();
});

test('a declined payment is 402, stays 402 for its key, and leaves the order payable', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const declined = await world.pay(url, user, order.order_id, 'pm_declined', key);
  expect([declined.status, declined.body.code]).toEqual([402, 'payment_declined']);
  expect(declined.headers.get('content-type')).toBe('application/problem+json');
  expect(declined.body.request_id).toBe(declined.headers.get('x-request-id'));
  const again = await world.pay(url, user, order.order_id, 'pm_declined', key);
  expect([again.status, again.text]).toEqual([402, declined.text]);
  expect((await world.pay(url, user, order.order_id, 'pm_ok', freshKey())).status).toBe(201);
  expect(order.state).toBe('paid');
});

test('three declines cancel the order, and nothing is charged (Y15)', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect((await world.pay(url, user, order.order_id, 'pm_declined', freshKey())).status).toBe(402);
  const late = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
  expect([late.status, late.body.code]).toEqual([409, 'order_not_payable']);
  expect(order.state).toBe('cancelled');
  expect(await kinds(order.order_id)).toEqual(Array(3).fill('authorize refused'));
});

test('200 requests with one key at once make one attempt and one capture', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => world.pay(url, user, order.order_id, 'pm_ok', key)),
  );
  expect(answers.filter(({ status }) => status !== 201 && status !== 409).map(({ text }) => text)).toEqual([]);
  for (const one of answers.filter(({ status }) => status === 409)) {
    expect(one.body.code).toBe('request_in_progress');
    expect(one.headers.get('retry-after')).toBe('1');
  }
  await world.atRest();
  const done = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect(done.status).toBe(201);
  for (const one of answers.filter(({ status }) => status === 201)) expect(one.text).toBe(done.text);
  expect(await world.attempts(order.order_id)).toHaveLength(1);
  expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'capture succeeded']);
});

test('two tabs with two keys pay one order once; the other is told to wait or that it is paid (Y14)', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const tabs = await Promise.all(
    Array.from({ length: 20 }, () => world.pay(url, user, order.order_id, 'pm_ok', freshKey())),
  );
  expect(tabs.filter((one) => one.status === 201)).toHaveLength(1);
  for (const one of tabs.filter(({ status }) => status !== 201)) {
    expect(one.status).toBe(409);
    expect(['payment_in_progress', 'order_not_payable']).toContain(one.body.code);
  }
  const later = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
  expect([later.status, later.body.code]).toEqual([409, 'order_not_payable']);
  expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'capture succeeded']);
});

test('an order that is unknown or somebody else’s is the same 404, and stays payable for its owner', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const foreign = await world.pay(url, newId('user'), order.order_id, 'pm_ok', freshKey());
  const missing = await world.pay(url, user, newId('order'), 'pm_ok', freshKey());
  const { request_id: _f, ...first } = foreign.body;
  const { request_id: _m, ...second } = missing.body;
  expect(foreign.status).toBe(404);
  expect(first).toEqual(second);
  expect((await world.pay(url, user, order.order_id, 'pm_ok', freshKey())).status).toBe(201);
});

test('an order that can no longer be paid is refused for good, and the attempt is abandoned', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  order.state = 'expired';
  const key = freshKey();
  const refused = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect([refused.status, refused.body.code]).toEqual([409, 'order_expired']);
  expect((await world.pay(url, user, order.order_id, 'pm_ok', key)).text).toBe(refused.text);
  expect((await world.attempts(order.order_id)).map((one) => one.state)).toEqual(['abandoned']);
  expect(await kinds(order.order_id)).toEqual([]);
});

test('an authorisation whose stock is gone is voided, and nothing is captured (Y11)', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  order.stock_lost = true;
  const lost = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
  expect([lost.status, lost.body.code]).toEqual([409, 'order_not_payable']);
  await world.atRest();
  expect(order.state).toBe('cancelled');
  expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'void succeeded']);
});

test('a capture that is refused for good ends in a void', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const refused = await world.pay(url, user, order.order_id, 'pm_capture_refused', freshKey());
  expect([refused.status, refused.body.code]).toEqual([409, 'order_not_payable']);
  await world.atRest();
  expect(order.state).toBe('cancelled');
  expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'capture refused', 'void succeeded']);
});

test('a provider that tells its results twice, or answers 500 having charged or not, charges once (Y5)', async () => {
  for (const token of [...Array(6).fill('pm_unknown'), ...Array(6).fill('pm_twice')]) {
    const user = newId('user');
    const order = world.orders.place(user);
    const key = freshKey();
    const paid = await world.pay(url, user, order.order_id, token, key);
    expect([201, 202]).toContain(paid.status);
    await eventually(
      () => order.state,
      (state) => state === 'paid',
    );
    expect(await kinds(order.order_id)).toEqual(['authorize succeeded', 'capture succeeded']);
    await world.atRest();
    expect((await world.pay(url, user, order.order_id, token, key)).status).toBe(201);
  }
});

test('what is not decided in time is 202 with its address, and the same key gets the end of it', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  world.orders.faults.push({ on: 'lease', how: '503', times: 4 });
  const key = freshKey();
  const waiting = await world.pay(url, user, order.order_id, 'pm_ok', key);
  if (waiting.status !== 201) {
    expect(waiting.status).toBe(202);
    expect(waiting.headers.get('location')).toBe(`/api/v1/payments/${waiting.body.payment_id}`);
    expect(waiting.body).toMatchObject({ state: 'initiated', amount: null });
  }
  await world.atRest(30_000);
  const done = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect([done.status, done.body.state]).toEqual([201, 'captured']);
});

test('a payment is shown to its owner and to an administrator; to others it does not exist', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const { body } = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
  const path = `/payments/${body.payment_id}`;
  const own = await world.asUser(url, 'GET', path, user);
  expect([own.status, own.body]).toEqual([200, { ...body, refunded: { amount_minor: 0, currency: 'INR' } }]);
  expect((await world.asUser(url, 'GET', path, newId('user'), 'customer admin')).text).toBe(own.text);
  const foreign = await world.asUser(url, 'GET', path, newId('user'));
  const missing = await world.asUser(url, 'GET', `/payments/${newId('payment')}`, user);
  expect([foreign.status, missing.status]).toEqual([404, 404]);
  expect(foreign.body.detail).toBe(missing.body.detail);
  expect((await world.internal(url, 'GET', path)).status).toBe(403);
  expect((await world.asUser(url, 'GET', `/internal${path}`, user)).status).toBe(403);
  const seen = await world.internal(url, 'GET', `/internal${path}`);
  expect(seen.body).toMatchObject({
    state: 'captured',
    latest_event: { type: 'captured', seq: 2, amount_minor: 150_000 },
  });
});

test('a body with a card number or an unknown field is 422, stores nothing and leaves no digit in the log', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const card = '4111111111111111';
  const spaced = '4111-1111 1111-1111';
  const token = await world.identities.user(user);
  const good = { order_id: order.order_id, payment_method_token: 'pm_ok' };
  const bodies: unknown[] = [
    { ...good, payment_method_token: card },
    { ...good, payment_method_token: `pm_${card}` },
    { ...good, payment_method_token: `pm_4111-1111-1111-1111` },
    { ...good, card_number: card },
    { ...good, note: { deep: [spaced] } },
    { ...good, amount: { amount_minor: 1, currency: 'INR' } },
    { ...good, user_id: newId('user') },
    { ...good, order_id: card },
    { ...good, [card]: 'x' },
  ];
  for (const body of bodies) {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': freshKey() };
    const refused = await world.call(url, 'POST', '/payments', headers, body);
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_request']);
    expect(refused.text.replace(/\D/g, '')).not.toContain(card);
  }
  const reason = await world.refund(url, newId('payment'), freshKey(), { reason: `card ${spaced} 12/29` });
  expect(reason.status).toBe(422);
  expect(await world.attempts(order.order_id)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  // Eight digits of it: four may stand in any random id.
  expect(log()).not.toMatch(/4111[ -]?1111/);
  expect(log()).toContain('"status":422');
});
