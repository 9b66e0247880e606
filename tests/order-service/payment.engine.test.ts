import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import type { PaymentEvent } from '../../services/order-service/clients.ts';
import type { Order } from '../../services/order-service/order.ts';
import { command, eventually, places, replica } from './world.ts';

type Where = Awaited<ReturnType<typeof places>>;
let where: Where;
let one: ReturnType<typeof replica>;
beforeAll(async () => {
  where = await places();
  one = replica(where);
});
afterAll(() => one.close());

async function placed(on = one): Promise<Order> {
  const answer = await on.placeOrder(command({ quantity: 2 }));
  if (answer.kind !== 'final') throw new Error(`not placed: ${answer.kind}`);
  const order = await on.store.load(answer.orderId);
  if (!order) throw new Error('not stored');
  return order;
}

const event = (
  order: Order,
  paymentId: string,
  seq: number,
  type: PaymentEvent['type'],
  change: object = {},
): PaymentEvent => ({
  event_id: `${paymentId}:${seq}`,
  payment_id: paymentId,
  order_id: order.order_id,
  seq,
  type,
  amount_minor: order.total_minor,
  currency: order.currency,
  occurred_at: new Date().toISOString(),
  ...change,
});

const cancel = (order: Order, key: string = randomUUID()) =>
  one.cancelOrder({
    orderId: order.order_id,
    userId: order.user_id,
    note: undefined,
    requestId: newId('request'),
    recordId: key,
    fingerprint: 'fp',
  });

async function leased(): Promise<{ order: Order; paymentId: string }> {
  const order = await placed();
  const paymentId = newId('payment');
  expect((await one.lease(order.order_id, paymentId, order.user_id)).kind).toBe('lease');
  return { order, paymentId };
}

const stateOf = async (order: Order) => (await one.store.load(order.order_id))?.state;
const stockOf = (order: Order) => one.stock.held.get(order.order_id)?.state;

test('one attempt gets the order, the same one again the same answer, another one is refused', async () => {
  const { order, paymentId } = await leased();
  const again = await one.lease(order.order_id, paymentId, order.user_id);
  expect(again).toMatchObject({ kind: 'lease', until: (await one.store.load(order.order_id))?.holder?.lease_until });
  expect(await one.lease(order.order_id, newId('payment'), order.user_id)).toMatchObject({
    code: 'payment_in_progress',
  });
});

test('twenty attempts that ask at once: exactly one gets the order', async () => {
  const order = await placed();
  const asks = Array.from({ length: 20 }, () => one.lease(order.order_id, newId('payment'), order.user_id));
  const answers = await Promise.all(asks);
  expect(answers.filter((answer) => answer.kind === 'lease')).toHaveLength(1);
});

test("somebody else's order is as unknown to a payment as one that does not exist", async () => {
  const order = await placed();
  const foreign = await one.lease(order.order_id, newId('payment'), newId('user'));
  expect(foreign).toEqual(await one.lease(newId('order'), newId('payment'), order.user_id));
});

test('an order whose stock can no longer be held expires instead of being paid', async () => {
  const order = await placed();
  one.stock.held.set(order.order_id, { quantity: 2, state: 'expired' });
  expect(await one.lease(order.order_id, newId('payment'), order.user_id)).toMatchObject({ code: 'order_expired' });
  expect(await stateOf(order)).toBe('EXPIRED');
});

test('authorised, stock committed, captured: paid; and a callback that comes twice changes nothing but is answered', async () => {
  const { order, paymentId } = await leased();
  const authorized = event(order, paymentId, 1, 'authorized');
  expect(await one.callback(order.order_id, authorized)).toMatchObject({ verdict: 'capture' });
  expect([await stateOf(order), stockOf(order)]).toEqual(['CAPTURING', 'committed']);
  expect(await one.callback(order.order_id, event(order, paymentId, 2, 'captured'))).toMatchObject({ verdict: 'none' });
  const paid = await one.store.load(order.order_id);
  expect(paid?.state).toBe('PAID');
  expect(await one.callback(order.order_id, authorized)).toMatchObject({ verdict: 'capture' });
  expect(await one.callback(order.order_id, event(order, paymentId, 2, 'captured'))).toMatchObject({ verdict: 'none' });
  expect((await one.store.load(order.order_id))?.version).toBe(paid?.version);
});

test('fifty copies of one authorisation at once commit the stock once and agree on the verdict', async () => {
  const { order, paymentId } = await leased();
  const copies = Array.from({ length: 50 }, () =>
    one.callback(order.order_id, event(order, paymentId, 1, 'authorized')),
  );
  const verdicts = new Set(
    (await Promise.all(copies)).map((answer) => (answer.kind === 'verdict' ? answer.verdict : 'problem')),
  );
  expect([...verdicts]).toEqual(['capture']);
  const events = await one.store.events(order.order_id);
  expect(events.map(({ event: one }) => one.data.seq)).toEqual([1, 2]);
});

test('a callback with another order, amount or currency is refused with an alarm and writes nothing', async () => {
  const { order, paymentId } = await leased();
  const before = one.alarms.length;
  for (const change of [{ amount_minor: 1 }, { currency: 'USD' }, { order_id: newId('order') }])
    expect(await one.callback(order.order_id, event(order, paymentId, 1, 'authorized', change))).toMatchObject({
      code: 'invalid_request',
    });
  expect(await stateOf(order)).toBe('PAYING');
  expect(one.alarms.slice(before)).toEqual(Array(3).fill('callback_mismatch'));
});

test('an attempt that does not hold the order is told to give its money back', async () => {
  const { order } = await leased();
  expect(await one.callback(order.order_id, event(order, newId('payment'), 1, 'authorized'))).toMatchObject({
    verdict: 'void',
  });
  expect(await stateOf(order)).toBe('PAYING');
});

test('stock that was lost before the authorisation: the payment is voided and the order cancelled, nothing captured', async () => {
  const { order, paymentId } = await leased();
  one.stock.held.set(order.order_id, { quantity: 2, state: 'expired' });
  expect(await one.callback(order.order_id, event(order, paymentId, 1, 'authorized'))).toMatchObject({
    verdict: 'void',
  });
  expect(await one.callback(order.order_id, event(order, paymentId, 2, 'voided'))).toMatchObject({ verdict: 'none' });
  await eventually(async () => (await stateOf(order)) === 'CANCELLED');
});

test('a capture that is refused for good voids the payment and returns the committed stock', async () => {
  const { order, paymentId } = await leased();
  await one.callback(order.order_id, event(order, paymentId, 1, 'authorized'));
  expect(await one.callback(order.order_id, event(order, paymentId, 2, 'capture_refused'))).toMatchObject({
    verdict: 'void',
  });
  await one.callback(order.order_id, event(order, paymentId, 3, 'voided'));
  await eventually(async () => (await stateOf(order)) === 'CANCELLED');
  expect(stockOf(order)).toBe('returned');
});

test('a declined payment reopens the order, and the declined attempt can never hold it again', async () => {
  const { order, paymentId } = await leased();
  await one.callback(order.order_id, event(order, paymentId, 1, 'declined'));
  expect(await stateOf(order)).toBe('AWAITING_PAYMENT');
  expect(await one.lease(order.order_id, paymentId, order.user_id)).toMatchObject({ code: 'order_not_payable' });
  expect((await one.lease(order.order_id, newId('payment'), order.user_id)).kind).toBe('lease');
});

test('an order that waits for its payment is cancelled at once, its stock is free, and the key replays the answer', async () => {
  const order = await placed();
  const key = randomUUID();
  const cancelled = await cancel(order, key);
  expect(cancelled).toMatchObject({ kind: 'final', status: 200 });
  expect(stockOf(order)).toBe('released');
  expect(await cancel(order, key)).toEqual({ ...cancelled, replayed: true });
  expect(await cancel(order)).toMatchObject({ code: 'not_cancellable' });
});

test('a cancellation during a payment ends in a void, and one after it in a refund with the stock returned', async () => {
  const paying = await leased();
  expect(await cancel(paying.order)).toMatchObject({ kind: 'pending' });
  expect(
    await one.callback(paying.order.order_id, event(paying.order, paying.paymentId, 1, 'authorized')),
  ).toMatchObject({
    verdict: 'void',
  });
  await one.callback(paying.order.order_id, event(paying.order, paying.paymentId, 2, 'voided'));
  await eventually(async () => (await stateOf(paying.order)) === 'CANCELLED');

  const { order, paymentId } = await leased();
  await one.callback(order.order_id, event(order, paymentId, 1, 'authorized'));
  await one.callback(order.order_id, event(order, paymentId, 2, 'captured'));
  const key = randomUUID();
  expect(await cancel(order, key)).toMatchObject({ kind: 'pending' });
  const refundId = `ref:${order.order_id}:1`;
  await eventually(() => one.pay.refunds.includes(refundId));
  await one.callback(order.order_id, event(order, paymentId, 3, 'refunded', { refund_id: refundId }));
  await eventually(async () => (await stateOf(order)) === 'REFUNDED');
  expect(stockOf(order)).toBe('returned');
  expect(await cancel(order, key)).toMatchObject({ kind: 'final', status: 200, replayed: true });
  const types = (await one.store.events(order.order_id)).map((stored) => stored.event.type);
  expect(types).toEqual(['order.created', 'order.placed', 'order.paid', 'order.refunded']);
});

test('an order whose callback was lost asks payment-service itself once the lease is over', async () => {
  // Tables of its own: another replica would ask its own double.
  const shop = replica(await places());
  const order = await placed(shop);
  const paymentId = newId('payment');
  await shop.lease(order.order_id, paymentId, order.user_id);
  shop.pay.abandoned = 'authorized';
  shop.pay.latest = event(order, paymentId, 1, 'authorized');
  const paying = await shop.store.load(order.order_id);
  if (!paying?.holder) throw new Error('no holder');
  // The lease ends now instead of in a minute.
  await shop.store.save({ from: paying, to: { ...paying, since: 0, holder: { ...paying.holder, lease_until: 0 } } });
  await eventually(async () => (await shop.store.load(order.order_id))?.state === 'CAPTURING');
  expect(shop.stock.held.get(order.order_id)?.state).toBe('committed');
  await shop.close();
});

test('a hold that nobody paid for in time ends the order, once, and frees the stock', async () => {
  const order = await placed();
  await one.store.save({ from: order, to: { ...order, since: 0, reservation_expires_at: 0 } });
  await eventually(async () => (await stateOf(order)) === 'EXPIRED');
  expect(stockOf(order)).toBe('expired');
  expect(await cancel(order)).toMatchObject({ code: 'not_cancellable' });
});
