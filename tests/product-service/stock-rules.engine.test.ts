import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInventoryStore } from '../../services/product-service/inventory-store.postgres.ts';
import type { InventoryStore } from '../../services/product-service/inventory-store.ts';
import { openPools, type Pools } from '../../services/product-service/pools.ts';
import type { Line } from '../../services/product-service/reservation.ts';
import { sweep } from '../../services/product-service/sweeper.ts';
import { extendWhileExpiring } from './extend-race.ts';
import { addProducts, type ProductDatabase, productDatabase, uuid } from './product-database.ts';
import { stockViolations } from './stock-checker.ts';

let database: ProductDatabase;
let pools: Pools;
let store: InventoryStore;
beforeAll(async () => {
  database = await productDatabase();
  pools = openPools(database.url);
  store = createInventoryStore(pools);
});
afterAll(async () => {
  expect(await stockViolations(database.administrator)).toEqual([]);
  await pools.close();
  await database.administrator.end();
});

const product = async (stock: number) => (await addProducts(database.administrator, 1, stock))[0] ?? '';
const line = (of: string, quantity = 1): Line => ({ product: of, quantity });
const hold = async (reservation: string, ...lines: Line[]) =>
  (await store.hold({ reservation, lines, ttlSeconds: 900 })).outcome;
const stockOf = async (of: string) => {
  const [row] = await database.administrator<{ on_hand: number; held: number }[]>`
    SELECT on_hand, held FROM inventory WHERE product_id = ${of}`;
  return [row?.on_hand, row?.held];
};
const expireNow = (reservation: string) =>
  database.administrator`UPDATE reservation SET expires_at = clock_timestamp() WHERE reservation_id = ${reservation}`;

test('an order of several lines is held whole or not at all', async () => {
  const [plenty, short] = [await product(10), await product(1)];
  expect(await hold(uuid(), line(plenty, 2), line(short, 2))).toBe('insufficient');
  expect([await stockOf(plenty), await stockOf(short)]).toEqual([
    [10, 0],
    [1, 0],
  ]);
  expect(await hold(uuid(), line(plenty, 2), line(short, 1))).toBe('held');
  expect([await stockOf(plenty), await stockOf(short)]).toEqual([
    [10, 2],
    [1, 1],
  ]);
});

test('holds that arrive together are each whole or refused, in the order of their arrival', async () => {
  const [a, b] = [await product(3), await product(1)];
  const outcomes = await Promise.all([
    hold(uuid(), line(a, 1), line(b, 1)),
    hold(uuid(), line(a, 1), line(b, 1)),
    hold(uuid(), line(a, 2)),
    hold(uuid(), line(a, 1)),
  ]);
  expect(outcomes).toEqual(['held', 'insufficient', 'held', 'insufficient']);
  expect([await stockOf(a), await stockOf(b)]).toEqual([
    [3, 3],
    [1, 1],
  ]);
});

test('a bad order in a batch fails alone', async () => {
  const of = await product(5);
  const [good, bad, other] = await Promise.allSettled([
    hold(uuid(), line(of)),
    hold(uuid(), line(of, 0)),
    hold(uuid(), line(of)),
  ]);
  expect([good.status, bad.status, other.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await stockOf(of)).toEqual([5, 2]);
});

test('a sold-out product is refused without a write', async () => {
  const of = await product(0);
  const order = uuid();
  expect(await hold(order, line(of))).toBe('insufficient');
  expect(await database.administrator`SELECT 1 FROM reservation WHERE reservation_id = ${order}`).toHaveLength(0);
});

test('a refused order may be held later, and a held one answers again as it did', async () => {
  const of = await product(0);
  const order = uuid();
  expect(await hold(order, line(of))).toBe('insufficient');
  await store.receive({ receipt: uuid(), product: of, quantity: 1, reason: 'more', receivedBy: 'test' });
  expect(await hold(order, line(of))).toBe('held');
  expect(await hold(order, line(of))).toBe('replay:held');
  expect(await hold(order, line(of, 2))).toBe('mismatch');
  expect(await stockOf(of)).toEqual([1, 1]);
});

test('a release that comes before its hold leaves a tombstone that refuses the hold', async () => {
  const of = await product(5);
  const order = uuid();
  expect(await store.resolve(order, 'released')).toBe('tombstone');
  expect(await store.resolve(order, 'released')).toBe('replay');
  expect(await hold(order, line(of))).toBe('replay:released');
  expect(await stockOf(of)).toEqual([5, 0]);
});

test('nothing but a release knows an order that was never held', async () => {
  const order = uuid();
  expect(await store.resolve(order, 'committed')).toBe('unknown');
  expect(await store.resolve(order, 'expired')).toBe('unknown');
  expect(await store.returnStock(order)).toBe('unknown');
  expect((await store.extend(order, 60)).outcome).toBe('unknown');
});

test('committed stock leaves the shelf, and a return brings it back once', async () => {
  const of = await product(5);
  const order = uuid();
  await hold(order, line(of, 2));
  expect(await store.returnStock(order)).toBe('conflict:held');
  expect(await store.resolve(order, 'committed')).toBe('ok');
  expect(await stockOf(of)).toEqual([3, 0]);
  expect(await store.resolve(order, 'released')).toBe('conflict:committed');
  const returns = await Promise.all([1, 2, 3, 4].map(() => store.returnStock(order)));
  expect(returns.sort()).toEqual(['ok', 'replay', 'replay', 'replay']);
  expect(await stockOf(of)).toEqual([5, 0]);
  expect(await store.resolve(order, 'committed')).toBe('conflict:returned');
});

test('a hold that ran out is freed once, however many sweepers run', async () => {
  const of = await product(5);
  const orders = [uuid(), uuid(), uuid()];
  for (const order of orders) await hold(order, line(of));
  for (const order of orders) await expireNow(order);
  let freed = 0;
  await Promise.all(
    [1, 2, 3].map(() =>
      sweep({
        inventory: store,
        expired: () => {
          freed += 1;
        },
      }),
    ),
  );
  expect(freed).toBe(3);
  expect(await stockOf(of)).toEqual([5, 0]);
  expect(await store.resolve(orders[0] ?? '', 'expired')).toBe('replay');
  expect(await store.resolve(orders[0] ?? '', 'committed')).toBe('conflict:expired');
});

test('a hold is not expired before its time, and may be committed after it while nobody has swept', async () => {
  const of = await product(2);
  const order = uuid();
  await hold(order, line(of));
  expect(await store.resolve(order, 'expired')).toBe('not_due');
  await expireNow(order);
  expect(await store.due(1_000)).toContain(order);
  expect(await store.resolve(order, 'committed')).toBe('ok');
});

test('an extension moves the end later, never beyond an hour in all, and never once it is due', async () => {
  const of = await product(2);
  const order = uuid();
  const before = await store.hold({ reservation: order, lines: [line(of)], ttlSeconds: 600 });
  const longer = await store.extend(order, 1_200);
  expect(longer.outcome).toBe('ok');
  expect(Number(longer.expiresAt) - Number(before.expiresAt)).toBeGreaterThan(500_000);
  expect((await store.extend(order, 60)).expiresAt).toEqual(longer.expiresAt);
  expect((await store.extend(order, 3_600)).outcome).toBe('limit');
  await expireNow(order);
  expect((await store.extend(order, 60)).outcome).toBe('due');
});

test('an extension that waited for the sweep is refused', async () => {
  expect(await extendWhileExpiring(database.url)).toEqual({ expired: 'ok', extended: 'conflict:expired' });
});

test('a receipt counts once, and never with another quantity, reason or product', async () => {
  const [of, other] = [await product(0), await product(0)];
  const receipt = { receipt: uuid(), product: of, quantity: 7, reason: 'delivery', receivedBy: 'test' };
  const answers = await Promise.all([1, 2, 3].map(() => store.receive(receipt)));
  expect(answers.map((answer) => answer.kind).sort()).toEqual(['ok', 'replay', 'replay']);
  expect(answers.every((answer) => 'onHand' in answer && answer.onHand === 7 && answer.held === 0)).toBe(true);
  expect(await store.receive({ ...receipt, quantity: 8 })).toEqual({ kind: 'mismatch' });
  expect(await store.receive({ ...receipt, reason: 'found' })).toEqual({ kind: 'mismatch' });
  expect(await store.receive({ ...receipt, product: other })).toEqual({ kind: 'mismatch' });
  expect(await stockOf(of)).toEqual([7, 0]);
  expect(await store.receive({ ...receipt, receipt: uuid(), product: uuid() })).toEqual({ kind: 'unknown' });
  expect(await store.receive({ ...receipt, receipt: uuid(), quantity: 2_147_483_647 })).toEqual({ kind: 'limit' });
});
