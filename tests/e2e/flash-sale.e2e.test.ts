import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest } from '../harness/platform.ts';
import { type Buyer, inParallel, openShop, type Shop, volume } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
beforeAll(() => {
  shop = openShop(platform, 128);
});
afterAll(() => shop.close());

type Attempt = {
  readonly buyer: Buyer;
  readonly key: string;
  readonly status: number;
  readonly orderId: string | undefined;
};

test('thousands of buyers for a hundred units: exactly a hundred orders hold stock, everybody else is refused', async () => {
  const units = 100;
  const count = volume(5_000, 0.1);
  const productId = await shop.product(units);
  const buyers = await shop.buyers(count);
  // Connections are warm before the doors open: a cold pool would queue the buyers and hide a race.
  await inParallel(buyers.slice(0, 128), 128, () => shop.ask('GET', `/products/${productId}`));

  const started = performance.now();
  const attempts = await inParallel(buyers, 128, async (buyer): Promise<Attempt> => {
    const key = randomUUID();
    const answer = await shop.order(buyer, productId, 1, key);
    expect([201, 202, 409, 503]).toContain(answer.status);
    if (answer.status === 409) expect(answer.body.code).toBe('insufficient_stock');
    if (answer.status === 503) expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    return { buyer, key, status: answer.status, orderId: answer.body.order_id };
  });
  const seconds = (performance.now() - started) / 1000;

  // Who was not answered at once asks again with the same key, as a client must, and has a definite answer within 60 s.
  const undecided = attempts.filter(({ status }) => status === 202 || status === 503);
  const settled = await inParallel(undecided, 32, async ({ buyer, key }) => {
    for (const start = performance.now(); performance.now() - start < 60_000; ) {
      const answer = await shop.order(buyer, productId, 1, key);
      if (answer.status === 201 || (answer.status === 409 && answer.body.code === 'insufficient_stock'))
        return answer.status;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return 0;
  });
  const statuses = [
    ...attempts.filter(({ status }) => status === 201 || status === 409).map(({ status }) => status),
    ...settled,
  ];
  const won = statuses.filter((status) => status === 201).length;
  const refused = statuses.filter((status) => status === 409).length;
  console.info(
    `flash sale: ${count} buyers, ${units} units, ${won} orders, ${refused} refused, ${undecided.length} not at once, ${seconds.toFixed(1)} s`,
  );
  expect({ won, refused }).toEqual({ won: units, refused: count - units });
  expect(await shop.stockOf(productId)).toEqual({ onHand: units, held: units, unsound: 0 });
});
