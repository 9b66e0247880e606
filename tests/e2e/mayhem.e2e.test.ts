import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UnitName } from '../../bin/local/unit-names.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { seededRandom } from '../product-service/random.ts';
import { readOrderEvents } from './order-events.ts';
import { type Answer, type Buyer, inParallel, openShop, type Shop, volume } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
beforeAll(() => {
  shop = openShop(platform, 32);
});
afterAll(() => shop.close());

const nemeses = ['order-service', 'payment-service', 'product-service', 'dynamodb', 'postgres', 'kafka'] as const;
const units = 30;
const price = 25_000;
const resting = ['paid', 'cancelled', 'refunded', 'rejected', 'expired', 'awaiting_payment'];
const lastEvent: Readonly<Record<string, string>> = {
  paid: 'order.paid',
  cancelled: 'order.cancelled',
  refunded: 'order.refunded',
  rejected: 'order.rejected',
};

type Placed = { readonly buyer: Buyer; readonly orderId: string; readonly productId: string };

/** Sends until there is a definite answer: what is not one is sent again with the same key, as a client must. */
async function definite(send: () => Promise<Answer>): Promise<Answer | undefined> {
  for (const start = performance.now(); performance.now() - start < 90_000; ) {
    const answer = await send().catch(() => undefined);
    const code = answer?.body?.code;
    if (answer && answer.status < 500 && answer.status !== 202 && code !== 'request_in_progress') return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return undefined;
}

test('while services and engines are killed again and again, every order ends with its money and its stock in agreement', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.info(`mayhem seed ${seed}`);
  const below = seededRandom(seed);
  const chance = (percent: number) => below(100) < percent;
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const count = volume(2_000, 0.05);
  const products = await Promise.all(Array.from({ length: 4 }, () => shop.product(units, price)));
  const buyers = await shop.buyers(count);
  const plans = buyers.map((buyer) => ({
    buyer,
    productId: pick(products),
    method: pick(['pm_ok', 'pm_ok', 'pm_ok', 'pm_ok', 'pm_declined', 'pm_twice', 'pm_unknown', 'pm_capture_refused']),
    copies: 1 + below(3),
    twoTabs: chance(30),
    cancelAfterMs: chance(30) ? below(600) : undefined,
  }));

  let trading = true;
  const kills: UnitName[] = [];
  const nemesis = (async () => {
    while (trading) {
      await new Promise((resolve) => setTimeout(resolve, 1_500 + below(1_500)));
      const name = pick<UnitName>(nemeses);
      kills.push(name);
      await platform.kill(name);
      await platform.exited(name);
      await platform.start(name, {});
    }
  })();

  const placed = await inParallel(plans, 12, async (plan): Promise<Placed | undefined> => {
    const { buyer, productId, method, copies, twoTabs, cancelAfterMs } = plan;
    const key = randomUUID();
    const order = await definite(() => shop.order(buyer, productId, 1, key));
    expect(order, `order of ${buyer.userId}`).toBeDefined();
    if (order?.status !== 201) {
      expect([order?.status, order?.body.code]).toEqual([409, 'insufficient_stock']);
      return undefined;
    }
    const orderId: string = order.body.order_id;
    const payKey = randomUUID();
    const payments = Array.from({ length: copies }, (_, copy) =>
      definite(() => shop.pay(buyer, orderId, method, twoTabs && copy > 0 ? `${payKey}-${copy}` : payKey)),
    );
    if (cancelAfterMs !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, cancelAfterMs));
      const cancelKey = randomUUID();
      await shop
        .ask('POST', `/orders/${orderId}/cancel`, { token: buyer.token, key: cancelKey, body: {} })
        .catch(() => {});
    }
    await Promise.all(payments);
    return { buyer, orderId, productId };
  });
  trading = false;
  await nemesis;

  const orders = placed.filter((one) => one !== undefined);
  const states = await inParallel(orders, 16, async ({ buyer, orderId }) => ({
    orderId,
    state: await shop.reaches(buyer, orderId, resting, 60_000),
  }));
  const stateOf = new Map(states.map(({ orderId, state }) => [orderId, state]));
  const tally = Object.groupBy(states, ({ state }) => state);
  console.info(
    `${count} buyers, ${kills.length} kills: ${Object.entries(tally)
      .map(([state, of]) => `${of?.length} ${state}`)
      .join(', ')}`,
  );

  // Money: one capture at most, and it is kept exactly by the orders that are paid.
  for (const { orderId } of orders) {
    const done = (await shop.ledgerOf(orderId)).filter((entry) => entry.state === 'succeeded');
    const captures = done.filter((entry) => entry.kind === 'capture').length;
    const refunds = done.filter((entry) => entry.kind === 'refund').length;
    const state = stateOf.get(orderId) ?? '';
    expect([orderId, state, captures <= 1, captures - refunds]).toEqual([
      orderId,
      state,
      true,
      state === 'paid' ? 1 : 0,
    ]);
    if (state === 'refunded') expect([orderId, captures]).toEqual([orderId, 1]);
  }
  // Stock: committed by the paid, held by the waiting, and nothing else is gone.
  for (const productId of products) {
    const mine = orders.filter((order) => order.productId === productId).map(({ orderId }) => stateOf.get(orderId));
    const paid = mine.filter((state) => state === 'paid').length;
    const waiting = mine.filter((state) => state === 'awaiting_payment').length;
    await expect
      .poll(() => shop.stockOf(productId), { timeout: 30_000 })
      .toEqual({ onHand: units - paid, held: waiting, unsound: 0 });
  }
  // Events: without gap, and the last one says what the order is.
  const wanted = new Map(
    states.flatMap(({ orderId, state }) => (lastEvent[state] ? [[orderId, lastEvent[state]]] : [])),
  );
  await expect
    .poll(
      async () => {
        const events = await readOrderEvents(platform);
        return [...wanted].filter(([orderId, type]) => {
          const mine = events.filter((event) => event.subject === orderId).sort((a, b) => a.data.seq - b.data.seq);
          return mine.some((event, index) => event.data.seq !== index + 1) || mine.at(-1)?.type !== type;
        });
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toEqual([]);
}, 3_600_000);
