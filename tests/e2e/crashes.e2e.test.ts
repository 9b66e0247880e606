import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UnitName } from '../../bin/local/unit-names.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { readOrderEvents } from './order-events.ts';
import { type Buyer, openShop, type Shop } from './shop.ts';

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

/** Restarts a service so that it dies at a point, does `work`, and brings it up again plainly once it is dead. */
async function dyingAt(name: UnitName, point: string, work: () => Promise<unknown>): Promise<number> {
  await platform.restart(name, { FAILPOINTS: '1', FAILPOINT: `${point}:1:kill` });
  const dead = platform.exited(name);
  await Promise.all([work().catch(() => undefined), dead]);
  await platform.start(name, {});
  return performance.now();
}

const within = 15_000;

test.each([
  'order.before_intent',
  'order.after_intent',
  'order.before_hold',
  'order.after_hold',
  'order.before_awaiting_payment',
  'order.after_awaiting_payment',
])(
  'order-service killed at %s: the retry of the same key gets one order within 15 s, with stock held once',
  async (point) => {
    const productId = await shop.product(10);
    const key = randomUUID();
    const up = await dyingAt('order-service', point, () => shop.order(buyer, productId, 1, key));
    const final = await expect
      .poll(() => shop.order(buyer, productId, 1, key).catch(() => ({ status: 0 })), { timeout: within, interval: 200 })
      .toMatchObject({ status: 201 })
      .then(() => shop.order(buyer, productId, 1, key));
    console.info(`${point}: definite ${Math.round(performance.now() - up)} ms after the restart`);
    expect(final.body.state).toBe('awaiting_payment');
    expect(await shop.stockOf(productId)).toEqual({ onHand: 10, held: 1, unsound: 0 });
    const events = async () =>
      (await readOrderEvents(platform)).filter((event) => event.subject === final.body.order_id);
    await expect.poll(async () => (await events()).map((event) => event.data.seq), { timeout: within }).toEqual([1, 2]);
  },
);

test.each([
  'payment.before_attempt',
  'payment.after_attempt',
  'payment.after_lease',
  'payment.after_authorize',
  'payment.after_authorized_written',
  'payment.after_callback',
  'payment.after_capture',
  'payment.after_captured_written',
])(
  'payment-service killed at %s: the order is paid within 15 s, captured once, and the retry replays',
  async (point) => {
    const productId = await shop.product(10);
    const order = await shop.order(buyer, productId);
    const orderId: string = order.body.order_id;
    const key = randomUUID();
    const up = await dyingAt('payment-service', point, () => shop.pay(buyer, orderId, 'pm_ok', key));
    await expect
      .poll(
        async () => {
          const answer = await shop.pay(buyer, orderId, 'pm_ok', key).catch(() => ({ status: 0 }));
          return [answer.status, (await shop.read(buyer, orderId)).body.state];
        },
        { timeout: within, interval: 200 },
      )
      .toEqual([201, 'paid']);
    console.info(`${point}: paid ${Math.round(performance.now() - up)} ms after the restart`);
    const ledger = await shop.ledgerOf(orderId);
    expect(ledger.filter((entry) => entry.kind === 'authorize' && entry.state === 'succeeded')).toHaveLength(1);
    expect(ledger.filter((entry) => entry.kind === 'capture' && entry.state === 'succeeded')).toHaveLength(1);
    expect(await shop.stockOf(productId)).toEqual({ onHand: 9, held: 0, unsound: 0 });
  },
);

test.each(['order.before_capturing', 'order.after_capturing', 'order.before_paid', 'order.after_paid'])(
  'order-service killed at %s: the callback comes again and the order is paid, captured once',
  async (point) => {
    const productId = await shop.product(10);
    const order = await shop.order(buyer, productId);
    const orderId: string = order.body.order_id;
    await dyingAt('order-service', point, () => shop.pay(buyer, orderId));
    expect(await shop.reaches(buyer, orderId, ['paid'], within)).toBe('paid');
    expect((await shop.ledgerOf(orderId)).filter((entry) => entry.kind === 'capture')).toHaveLength(1);
    expect(await shop.stockOf(productId)).toEqual({ onHand: 9, held: 0, unsound: 0 });
  },
);

test.each(['relay.before_send', 'relay.after_ack'])(
  'order-service killed at %s: no event is lost and none is out of order',
  async (point) => {
    const productId = await shop.product(10);
    const key = randomUUID();
    await dyingAt('order-service', point, () => shop.order(buyer, productId, 1, key));
    await expect
      .poll(() => shop.order(buyer, productId, 1, key).catch(() => ({ status: 0 })), { timeout: within })
      .toMatchObject({ status: 201 });
    const { order_id } = (await shop.order(buyer, productId, 1, key)).body;
    const events = async () => (await readOrderEvents(platform)).filter((event) => event.subject === order_id);
    await expect.poll(async () => (await events()).map((event) => event.data.seq), { timeout: within }).toEqual([1, 2]);
  },
);
