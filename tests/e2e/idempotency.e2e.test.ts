import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest } from '../harness/platform.ts';
import { type Answer, openShop, type Shop } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
beforeAll(() => {
  shop = openShop(platform, 100);
});
afterAll(() => shop.close());

/** Sends the same request until its answer is final, as a client does that retries. */
async function settled(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const answer = await send();
    const running = answer.status === 202 || answer.status === 503 || answer.body.code === 'request_in_progress';
    if (!running) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the request did not settle');
}

test('the same key sent 200 times at once gives one order and one capture, and every final answer is the same', async () => {
  const productId = await shop.product(500);
  const [buyer] = await shop.buyers(1);
  if (!buyer) throw new Error('no buyer');
  const orderKey = randomUUID();
  const send = () => shop.order(buyer, productId, 1, orderKey);
  const first = await Promise.all(Array.from({ length: 200 }, send));
  const answers = [...first.filter(({ status }) => status === 201), await settled(send)];
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(first.map(({ status }) => status).every((status) => [201, 202, 409, 503].includes(status))).toBe(true);
  expect(await shop.stockOf(productId)).toMatchObject({ onHand: 500, held: 1 });

  const orderId: string = answers[0]?.body.order_id;
  const payKey = randomUUID();
  const sendPayment = () => shop.pay(buyer, orderId, 'pm_ok', payKey);
  await Promise.all(Array.from({ length: 200 }, sendPayment));
  const paid = await settled(sendPayment);
  expect(paid.status).toBe(201);
  expect(paid.headers['idempotent-replayed']).toBe('true');
  expect(await shop.reaches(buyer, orderId, ['paid'])).toBe('paid');
  const captures = (await shop.ledgerOf(orderId)).filter((entry) => entry.kind === 'capture');
  expect(captures).toHaveLength(1);
});

test('a key that comes with another body is refused, and one of another user never replays', async () => {
  const productId = await shop.product(10);
  const [mine, theirs] = await shop.buyers(2);
  if (!mine || !theirs) throw new Error('no buyers');
  const key = randomUUID();
  const order = await shop.order(mine, productId, 1, key);
  expect(order.status).toBe(201);
  expect(await shop.order(mine, productId, 2, key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' },
  });
  const other = await shop.order(theirs, productId, 1, key);
  expect(other.status).toBe(201);
  expect(other.body.order_id).not.toBe(order.body.order_id);
  expect(other.headers['idempotent-replayed']).toBe(undefined);
});

test('every route that changes money or orders asks for a key, and says so', async () => {
  const [buyer] = await shop.buyers(1);
  const token = buyer?.token;
  const admin = await shop.admin();
  for (const [path, who] of [
    ['/orders', token],
    ['/payments', token],
    ['/orders/ord_x/cancel', token],
    ['/payments/pay_x/refund', admin],
  ] as const) {
    const missing = await shop.ask('POST', path, { token: who, body: {} });
    expect([path, missing.status, missing.body.code]).toEqual([path, 400, 'idempotency_key_missing']);
    const short = await shop.ask('POST', path, { token: who, body: {}, key: 'short' });
    expect([path, short.status, short.body.code]).toEqual([path, 400, 'idempotency_key_invalid']);
  }
});
