import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shop } from './shop.ts';

/**
 * A bit of everything that is counted, again and again for so many milliseconds: orders placed, repeated, refused, paid, declined,
 * cancelled and refunded, and reads of the catalogue. Rates need samples on both sides of what happened.
 */
export async function makeTraffic(shop: Shop, forMs: number): Promise<{ readonly rounds: number }> {
  const [buyer] = await shop.buyers(1);
  if (!buyer) throw new Error('there is no buyer');
  const [plenty, soldOut] = [await shop.product(1_000), await shop.product(1)];
  await shop.order(buyer, soldOut);
  let rounds = 0;
  for (const started = performance.now(); performance.now() - started < forMs; rounds += 1) {
    await shop.ask('GET', '/products?limit=5');
    await shop.ask('GET', `/products/${plenty}`);
    const key = randomUUID();
    const placed = await shop.order(buyer, plenty, 1, key);
    if (placed.status !== 201) throw new Error(`no order: ${placed.status} ${placed.text}`);
    await shop.order(buyer, plenty, 1, key);
    await shop.order(buyer, soldOut);
    await shop.pay(buyer, placed.body.order_id);
    await shop.reaches(buyer, placed.body.order_id, ['paid']);
    await shop.ask('POST', `/orders/${placed.body.order_id}/cancel`, {
      token: buyer.token,
      key: randomUUID(),
      body: {},
    });
    await shop.reaches(buyer, placed.body.order_id, ['refunded']);
    await sleep(3_000);
  }
  return { rounds };
}
