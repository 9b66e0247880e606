import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { UnitName } from '../../bin/local/unit-names.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { readOrderEvents } from './order-events.ts';
import { type Answer, type Buyer, openShop, type Shop } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
let productId: string;
let buyer: Buyer;
beforeAll(async () => {
  shop = openShop(platform);
  productId = await shop.product(1_000);
  buyer = await newBuyer();
});
afterAll(() => shop.close());

async function newBuyer(): Promise<Buyer> {
  const [one] = await shop.buyers(1);
  if (!one) throw new Error('no buyer');
  return one;
}

let down: UnitName | undefined;
async function stop(name: UnitName): Promise<void> {
  await platform.stop(name);
  down = name;
}
afterEach(async () => {
  if (!down) return;
  await platform.start(down);
  down = undefined;
  // Pools and breakers find out in their own time; the next test starts from a platform that works.
  await expect.poll(async () => (await shop.order(await newBuyer(), productId)).status, { timeout: 60_000 }).toBe(201);
});

const expectTryLater = (answer: Answer) => {
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
};

test.each<UnitName>(['product-service', 'postgres', 'dynamodb', 'order-service'])(
  'without %s no order is accepted: 503 with Retry-After',
  async (name) => {
    const held = async () => (await shop.stockOf(productId)).held;
    const before = await held();
    const someone = await newBuyer();
    await stop(name);
    for (let attempt = 0; attempt < 3; attempt += 1) expectTryLater(await shop.order(someone, productId));
    await platform.start(name);
    down = undefined;
    await expect.poll(async () => (await shop.order(someone, productId)).status, { timeout: 60_000 }).toBe(201);
    expect(await held()).toBe(before + 1);
  },
);

test('without user-service only a "yes" remembered for at most 30 s lets an order in', async () => {
  const known = await newBuyer();
  const stranger = await newBuyer();
  expect((await shop.order(known, productId)).status).toBe(201);
  const asked = performance.now();
  await stop('user-service');
  expectTryLater(await shop.order(stranger, productId));
  if (performance.now() - asked < 25_000) expect((await shop.order(known, productId)).status).toBe(201);
  await new Promise((resolve) => setTimeout(resolve, 31_000 - (performance.now() - asked)));
  expectTryLater(await shop.order(known, productId));
});

test('without payment-service an order waits for its payment, and paying answers 503', async () => {
  const order = await shop.order(buyer, productId);
  await stop('payment-service');
  expectTryLater(await shop.pay(buyer, order.body.order_id));
  expect((await shop.read(buyer, order.body.order_id)).body.state).toBe('awaiting_payment');
});

test('without the payment provider nothing is captured, and the payment ends when the provider is back', async () => {
  const order = await shop.order(buyer, productId);
  await stop('payment-provider');
  const pending = await shop.pay(buyer, order.body.order_id);
  expect(pending.status).toBe(202);
  await platform.start('payment-provider');
  down = undefined;
  expect(await shop.reaches(buyer, order.body.order_id, ['paid'])).toBe('paid');
  const captures = (await shop.ledgerOf(order.body.order_id)).filter((entry) => entry.kind === 'capture');
  expect(captures).toHaveLength(1);
});

test('without Kafka orders go on, and their events follow later, in order', async () => {
  await stop('kafka');
  const placed: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const order = await shop.order(buyer, productId);
    expect(order.status).toBe(201);
    expect((await shop.pay(buyer, order.body.order_id)).status).toBe(201);
    placed.push(order.body.order_id);
  }
  await platform.start('kafka');
  down = undefined;
  const published = async (orderId: string) => {
    const { body } = await shop.ask('GET', `/orders/${orderId}/timeline`, { token: buyer.token });
    return body.entries.filter((entry: { step: string }) => entry.step === 'event_published').length;
  };
  for (const orderId of placed) await expect.poll(() => published(orderId), { timeout: 60_000 }).toBe(3);
  const events = await readOrderEvents(platform);
  for (const orderId of placed)
    expect(events.filter((event) => event.subject === orderId).map((event) => event.type)).toEqual([
      'order.created',
      'order.placed',
      'order.paid',
    ]);
});
