import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest } from '../harness/platform.ts';
import { address, type Buyer, openShop, type Shop } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
let buyer: Buyer;
beforeAll(async () => {
  shop = openShop(platform);
  const [one] = await shop.buyers(1);
  if (!one) throw new Error('no buyer');
  buyer = one;
});
afterAll(() => shop.close());

const captured = async (orderId: string) =>
  (await shop.ledgerOf(orderId)).filter((entry) => entry.kind === 'capture' && entry.state === 'succeeded');

test('two browsers pay one order with different keys: one capture', async () => {
  const productId = await shop.product(5);
  const order = await shop.order(buyer, productId);
  const orderId: string = order.body.order_id;
  const both = await Promise.all([shop.pay(buyer, orderId), shop.pay(buyer, orderId)]);
  const other = both.find(({ status }) => status === 409);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(['payment_in_progress', 'order_not_payable']).toContain(other?.body.code);
  expect(await shop.reaches(buyer, orderId, ['paid'])).toBe('paid');
  expect(await captured(orderId)).toHaveLength(1);
  expect(await shop.pay(buyer, orderId)).toMatchObject({ status: 409, body: { code: 'order_not_payable' } });
  expect(await shop.stockOf(productId)).toEqual({ onHand: 4, held: 0, unsound: 0 });
});

test('a price that changed between the cart and the order is refused, and the new one is accepted once it was seen', async () => {
  const productId = await shop.product(5, 100_000);
  const { token } = buyer;
  await shop.ask('PUT', `/cart/items/${productId}`, { token, body: { quantity: 2 } });
  const price = { amount_minor: 120_000, currency: 'INR' };
  const patched = await shop.ask('PATCH', `/products/${productId}`, { token: await shop.admin(), body: { price } });
  expect(patched.status).toBe(200);
  const fromCart = { from_cart: true, shipping_address: address };
  const refused = await shop.ask('POST', '/orders', { token, key: randomUUID(), body: fromCart });
  expect([refused.status, refused.body.code]).toEqual([409, 'price_changed']);
  const cart = await shop.ask('GET', '/cart', { token });
  expect(cart.body.subtotal).toEqual({ amount_minor: 240_000, currency: 'INR' });
  const order = await shop.ask('POST', '/orders', { token, key: randomUUID(), body: fromCart });
  expect([order.status, order.body.total]).toEqual([201, { amount_minor: 240_000, currency: 'INR' }]);

  const expected = { ...shop.orderBody(productId), expected_total: { amount_minor: 100_000, currency: 'INR' } };
  const old = await shop.ask('POST', '/orders', { token, key: randomUUID(), body: expected });
  expect([old.status, old.body.code]).toEqual([409, 'price_changed']);
});

test('a price, a total, a state or a user that the client sends changes nothing: it is refused', async () => {
  const productId = await shop.product(5, 50_000);
  const { token } = buyer;
  const plain = shop.orderBody(productId);
  const line = { product_id: productId, quantity: 1 };
  const tampered = [
    { ...plain, total: { amount_minor: 1, currency: 'INR' } },
    { ...plain, user_id: 'usr_somebody' },
    { ...plain, state: 'paid' },
    { ...plain, discount: 50 },
    { ...plain, items: [{ ...line, unit_price: { amount_minor: 1, currency: 'INR' } }] },
    { ...plain, items: [{ ...line, price: 1 }] },
    ...[0, -1, 1.5, 1e9, '1', null].map((quantity) => ({ ...plain, items: [{ ...line, quantity }] })),
  ];
  for (const body of tampered) {
    const answer = await shop.ask('POST', '/orders', { token, key: randomUUID(), body });
    expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), 422]);
  }
  const payment = { payment_method_token: 'pm_ok' };
  const order = await shop.order(buyer, productId);
  for (const more of [{ amount: { amount_minor: 1, currency: 'INR' } }, { amount_minor: 1 }, { user_id: 'usr_x' }]) {
    const body = { order_id: order.body.order_id, ...payment, ...more };
    expect((await shop.ask('POST', '/payments', { token, key: randomUUID(), body })).status).toBe(422);
  }
  const paid = await shop.pay(buyer, order.body.order_id);
  expect([paid.status, paid.body.amount]).toEqual([201, { amount_minor: 50_000, currency: 'INR' }]);
});

test("somebody else's order and payment are as unknown as ones that do not exist", async () => {
  const productId = await shop.product(5);
  const [stranger] = await shop.buyers(1);
  const token = stranger?.token;
  const order = await shop.order(buyer, productId);
  const paid = await shop.pay(buyer, order.body.order_id);
  const gone = 'ord_01890a5d-ac96-774b-bcce-b302099a8057';
  for (const path of ['', '/timeline']) {
    const foreign = await shop.ask('GET', `/orders/${order.body.order_id}${path}`, { token });
    const missing = await shop.ask('GET', `/orders/${gone}${path}`, { token });
    const { request_id: _a, ...one } = foreign.body;
    const { request_id: _b, ...two } = missing.body;
    expect([foreign.status, one]).toEqual([404, two]);
    expect(missing.status).toBe(404);
  }
  expect((await shop.ask('GET', `/payments/${paid.body.payment_id}`, { token })).status).toBe(404);
  const cancel = await shop.ask('POST', `/orders/${order.body.order_id}/cancel`, {
    token,
    key: randomUUID(),
    body: {},
  });
  expect(cancel.status).toBe(404);
  const pay = await shop.ask('POST', '/payments', {
    token,
    key: randomUUID(),
    body: { order_id: order.body.order_id, payment_method_token: 'pm_ok' },
  });
  expect(pay.status).toBe(404);
});

test('a cancelled order gives its stock back at once, and a paid one its money too', async () => {
  const productId = await shop.product(5);
  const { token } = buyer;
  const first = await shop.order(buyer, productId, 2);
  const cancelled = await shop.ask('POST', `/orders/${first.body.order_id}/cancel`, {
    token,
    key: randomUUID(),
    body: {},
  });
  expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
  const second = await shop.order(buyer, productId, 2);
  expect((await shop.pay(buyer, second.body.order_id)).status).toBe(201);
  const asked = await shop.ask('POST', `/orders/${second.body.order_id}/cancel`, {
    token,
    key: randomUUID(),
    body: {},
  });
  // At once when the provider is quick, else accepted and finished by the worker.
  expect([200, 202]).toContain(asked.status);
  expect(await shop.reaches(buyer, second.body.order_id, ['refunded'])).toBe('refunded');
  const refunds = (await shop.ledgerOf(second.body.order_id)).filter((entry) => entry.kind === 'refund');
  expect(refunds).toHaveLength(1);
  expect(await shop.stockOf(productId)).toEqual({ onHand: 5, held: 0, unsound: 0 });
});

test('a declined payment leaves the order to be paid by another method, and three declines end it', async () => {
  const productId = await shop.product(5);
  const order = await shop.order(buyer, productId);
  const orderId: string = order.body.order_id;
  const declined = await shop.pay(buyer, orderId, 'pm_declined');
  expect([declined.status, declined.body.code]).toEqual([402, 'payment_declined']);
  expect((await shop.pay(buyer, orderId)).status).toBe(201);

  const unlucky = await shop.order(buyer, productId);
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect((await shop.pay(buyer, unlucky.body.order_id, 'pm_declined')).status).toBe(402);
  expect(await shop.reaches(buyer, unlucky.body.order_id, ['cancelled'])).toBe('cancelled');
  expect(await captured(unlucky.body.order_id)).toHaveLength(0);
  // Its stock is released by the same worker, a moment after the state is decided.
  await expect.poll(() => shop.stockOf(productId), { timeout: 10_000 }).toEqual({ onHand: 4, held: 0, unsound: 0 });
});
