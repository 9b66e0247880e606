import type { Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { idOf, newId, uuidOf } from '../../services/kit/ids.ts';
import { createDatabase } from '../harness/postgres.ts';
import { addProducts, productDatabase, uuid } from './product-database.ts';
import { type ProductProcess, serveKeys, startProduct } from './product-process.ts';
import { stockViolations } from './stock-checker.ts';
import { serviceToken } from './tokens.ts';

let keys: Awaited<ReturnType<typeof serveKeys>>;
let url: string;
let sql: Sql;
const running: ProductProcess[] = [];
beforeAll(async () => {
  keys = await serveKeys();
  const database = await productDatabase();
  url = database.url;
  sql = database.administrator;
});
afterEach(() => {
  for (const one of running.splice(0)) one.child.kill('SIGKILL');
});
afterAll(async () => {
  keys.close();
  expect(await stockViolations(sql)).toEqual([]);
  await sql.end();
});

async function start(more: Readonly<Record<string, string>> = {}): Promise<ProductProcess> {
  const one = await startProduct(url, keys.url, more);
  running.push(one);
  return one;
}
const failpoint = (specification: string) => ({ FAILPOINTS: '1', FAILPOINT: specification });
async function hold(at: ProductProcess, order: string, product: string): Promise<string> {
  const response = await fetch(`${at.baseUrl}/internal/reservations/${order}`, {
    method: 'PUT',
    headers: { authorization: await serviceToken('order-service'), 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ product_id: idOf('product', product), quantity: 1 }], ttl_seconds: 60 }),
  });
  return ((await response.json()) as { outcome: string }).outcome;
}
const heldOf = async (product: string) => {
  const [row] = await sql<{ held: number }[]>`SELECT held FROM inventory WHERE product_id = ${product}`;
  return row?.held;
};
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('the process starts, serves, and leaves with exit code 0 at SIGTERM', async () => {
  const one = await start();
  const ready = await fetch(`${one.baseUrl}/readyz`);
  const list = await fetch(`${one.baseUrl}/products`);
  expect([ready.status, list.status]).toEqual([200, 200]);
  one.child.kill('SIGTERM');
  expect(await one.ended).toBe(0);
});

test('requests under way when SIGTERM comes are answered', async () => {
  const [product = ''] = await addProducts(sql, 1, 50);
  const one = await start({ ...failpoint('product.before_hold_commit:1:400') });
  const orders = Array.from({ length: 20 }, () => newId('order'));
  const answers = orders.map((order) => hold(one, order, product));
  await new Promise((resolve) => setTimeout(resolve, 200));
  one.child.kill('SIGTERM');
  expect(await Promise.all(answers)).toEqual(orders.map(() => 'held'));
  expect(await one.ended).toBe(0);
  expect(await heldOf(product)).toBe(20);
});

test('a process without its migrations waits for them', async () => {
  const empty = await createDatabase('products');
  const starting = startProduct(empty, keys.url);
  const first = await Promise.race([
    starting.then(() => 'listens'),
    new Promise((done) => setTimeout(done, 800, 'waits')),
  ]);
  expect(first).toBe('waits');
  const { prepareSchema } = await import('../../services/product-service/schema.ts');
  await prepareSchema(empty);
  const one = await starting;
  running.push(one);
  expect((await fetch(`${one.baseUrl}/products`)).status).toBe(200);
});

test('a variable that is missing or wrong ends the process with a sentence', async () => {
  const starting = startProduct('mysql://nowhere', keys.url);
  await expect(starting).rejects.toThrow(/ended with 1 .*Environment variable DATABASE_URL/s);
});

test('product-service dying before the hold commits leaves no reservation, and the retry holds (O7)', async () => {
  const [product = ''] = await addProducts(sql, 1, 5);
  const order = newId('order');
  const dying = await start(failpoint('product.before_hold_commit:1:kill'));
  await expect(hold(dying, order, product)).rejects.toThrow();
  expect(await dying.ended).toBe('SIGKILL');
  expect(await sql`SELECT 1 FROM reservation WHERE reservation_id = ${uuidOf('order', order) ?? ''}`).toHaveLength(0);
  expect(await hold(await start(), order, product)).toBe('held');
  expect(await heldOf(product)).toBe(1);
});

test('product-service dying after the hold commits holds once, and the retry is a replay (O8)', async () => {
  const [product = ''] = await addProducts(sql, 1, 5);
  const order = newId('order');
  const dying = await start(failpoint('product.after_hold_commit:1:kill'));
  await expect(hold(dying, order, product)).rejects.toThrow();
  expect(await dying.ended).toBe('SIGKILL');
  expect(await hold(await start(), order, product)).toBe('replay:held');
  expect(await heldOf(product)).toBe(1);
});

test('what a sweeper that dies in the middle leaves is freed by the next, and nothing twice (O17, O18)', async () => {
  const [product = ''] = await addProducts(sql, 1, 20);
  for (let n = 0; n < 10; n += 1)
    await sql`SELECT * FROM inventory_hold(${uuid()}, 'one', ${[product]}::uuid[], '{1}', '1 microsecond')`;
  const fast = { SWEEP_INTERVAL_MS: '20' };
  const dying = await startProduct(url, keys.url, { ...failpoint('product.mid_sweep:3:kill'), ...fast }).catch(
    () => 'died',
  );
  if (typeof dying !== 'string') expect(await dying.ended).toBe('SIGKILL');
  expect(await heldOf(product)).toBe(7);
  await start(fast);
  await start(fast);
  await until(async () => (await heldOf(product)) === 0);
  const [row] = await sql`
    SELECT on_hand, (SELECT count(*)::int FROM inventory_ledger WHERE product_id = ${product} AND kind = 'expire') AS expired
    FROM inventory WHERE product_id = ${product}`;
  expect(row).toMatchObject({ on_hand: 20, expired: 10 });
});
