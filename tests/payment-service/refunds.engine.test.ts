import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import { eventually } from './processes.ts';
import { refundViolations } from './refund-checks.ts';
import { freshKey, startWorld, type World } from './world.ts';

let world: World;
let url: string;
beforeAll(async () => {
  world = await startWorld();
  ({ url } = await world.startService());
});
afterEach(async () => {
  await world.atRest(30_000);
  expect(moneyViolations(await world.ledger(), await world.items(), [...world.orders.orders.values()])).toEqual([]);
});
afterAll(() => world.close());

async function paidOrder(token = 'pm_ok') {
  const user = newId('user');
  const order = world.orders.place(user);
  const { body } = await world.pay(url, user, order.order_id, token, freshKey());
  return { user, order, paymentId: String(body.payment_id) };
}
const inr = (amount_minor: number) => ({ amount: { amount_minor, currency: 'INR' } });

test('a full refund begins at the order, is done once at the provider, and ends the order', async () => {
  const { order, user, paymentId } = await paidOrder();
  const key = freshKey();
  const refunded = await world.refund(url, paymentId, key, { reason: 'broken' });
  expect(refunded.status).toBe(201);
  expect(refunded.body).toMatchObject({
    refund_id: `ref:${order.order_id}:1`,
    payment_id: paymentId,
    amount: order.amount,
  });
  const again = await world.refund(url, paymentId, key, { reason: 'broken' });
  expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([refunded.text, 'true']);
  const reused = await world.refund(url, paymentId, key, { reason: 'other' });
  expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
  await eventually(
    () => order.state,
    (state) => state === 'refunded',
  );
  await world.atRest();
  const shown = await world.asUser(url, 'GET', `/payments/${paymentId}`, user);
  expect(shown.body).toMatchObject({ state: 'refunded', refunded: order.amount });
  const late = await world.refund(url, paymentId, freshKey(), {});
  expect([late.status, late.body.code]).toEqual([409, 'not_refundable']);
});

test('a part leaves the order paid; the part that returns the last of it is a full refund', async () => {
  const { order, paymentId } = await paidOrder();
  const part = await world.refund(url, paymentId, freshKey(), inr(50_000));
  expect(part.status).toBe(201);
  await world.atRest();
  expect(order.state).toBe('paid');
  const tooMuch = await world.refund(url, paymentId, freshKey(), inr(100_001));
  expect([tooMuch.status, tooMuch.body.code]).toEqual([409, 'not_refundable']);
  const rest = await world.refund(url, paymentId, freshKey(), inr(100_000));
  expect(rest.body.refund_id).toBe(`ref:${order.order_id}:1`);
  await eventually(
    () => order.state,
    (state) => state === 'refunded',
  );
});

test.for([0, 1])(
  'an order that asks for the whole less %i after a part was refunded gets what is left',
  async (less) => {
    const { order, paymentId } = await paidOrder();
    await world.refund(url, paymentId, freshKey(), inr(2));
    await world.atRest();
    order.state = 'refund_pending';
    const body = { refund_id: `ref:${order.order_id}:1`, payment_id: paymentId, ...order.amount, reason: 'cancelled' };
    body.amount_minor -= less;
    const path = `/internal/orders/${order.order_id}/refunds`;
    const first = await world.internal(url, 'POST', path, body);
    const second = await world.internal(url, 'POST', path, body);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect([first.body.refund_id, second.body.refund_id]).toEqual([body.refund_id, body.refund_id]);
    await world.atRest();
    const refunds = (await world.ledger(order.order_id)).filter((one) => one.kind === 'refund');
    expect(refunds.map((one) => one.amount_minor)).toEqual([2, 149_998]);
    expect(order.state).toBe('refunded');
    const elsewhere = await world.internal(url, 'POST', `/internal/orders/${newId('order')}/refunds`, body);
    expect(elsewhere.status).toBe(404);
  },
);

test('refunds at once never add up to more than was captured (Y17)', async () => {
  expect(await refundViolations(world, url, 6)).toEqual([]);
});

test('only an administrator refunds, and only what was captured', async () => {
  const { user, paymentId } = await paidOrder();
  const path = `/payments/${paymentId}/refund`;
  const headers = { authorization: `Bearer ${await world.identities.user(user)}`, 'idempotency-key': freshKey() };
  expect((await world.call(url, 'POST', path, headers, {})).status).toBe(403);
  expect((await world.refund(url, newId('payment'), freshKey(), {})).status).toBe(404);
  for (const body of [
    inr(0),
    inr(-1),
    inr(1.5),
    { amount: 5 },
    { amount: { amount_minor: 1, currency: 'inr' } },
    { all: true },
  ])
    expect((await world.refund(url, paymentId, freshKey(), body)).status).toBe(422);
  expect(
    (await world.refund(url, paymentId, freshKey(), { amount: { amount_minor: 5, currency: 'EUR' } })).status,
  ).toBe(409);
  const declined = newId('user');
  const order = world.orders.place(declined);
  await world.pay(url, declined, order.order_id, 'pm_declined', freshKey());
  const [attempt] = await world.attempts(order.order_id);
  const refused = await world.refund(url, String(attempt?.payment_id), freshKey(), {});
  expect([refused.status, refused.body.code]).toEqual([409, 'not_refundable']);
});

test('while the order cannot be asked a full refund is 503 and nothing is accepted; a part goes through', async () => {
  const { order, paymentId } = await paidOrder();
  world.orders.faults.push({ on: 'refund', how: '503', times: 1 });
  const key = freshKey();
  const down = await world.refund(url, paymentId, key, {});
  expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await world.refund(url, paymentId, freshKey(), inr(7))).status).toBe(201);
  expect((await world.refund(url, paymentId, key, {})).status).toBe(201);
  await eventually(
    () => order.state,
    (state) => state === 'refunded',
  );
});
