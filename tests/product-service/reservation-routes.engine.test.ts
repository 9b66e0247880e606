import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOf, newId, uuidOf } from '../../services/kit/ids.ts';
import { openProductApp, type ProductApp } from './product-app.ts';
import { addProducts, type ProductDatabase, productDatabase } from './product-database.ts';
import { serviceToken, userToken } from './tokens.ts';

let database: ProductDatabase;
let app: ProductApp;
let order: { authorization: string };
beforeAll(async () => {
  database = await productDatabase();
  app = openProductApp(database.url);
  order = { authorization: await serviceToken('order-service') };
});
afterAll(async () => {
  await app.close();
  await database.administrator.end();
});

const product = async (stock: number) =>
  idOf('product', (await addProducts(database.administrator, 1, stock))[0] ?? '');
const item = (product_id: string, quantity: number) => ({ product_id, quantity });
const put = async (id: string, items: object[], ttl_seconds = 900) =>
  (await app.request('PUT', `/internal/reservations/${id}`, { items, ttl_seconds }, order)).body;
const post = async (id: string, step: string, body?: object) =>
  (await app.request('POST', `/internal/reservations/${id}/${step}`, body, order)).body;

test('a quote says price, version and availability of what exists and names what does not', async () => {
  const [some, none, unknown] = [await product(5), await product(0), newId('product')];
  const items = [item(some, 1), item(none, 2), item(unknown, 1), item(some, 3)];
  const { status, body } = await app.request('POST', '/internal/quotes', { items }, order);
  expect(status).toBe(200);
  const price = { unit_price: { amount_minor: 100, currency: 'INR' }, price_version: 1, title: 'A product' };
  expect(body.items).toHaveLength(2);
  expect(body.items).toContainEqual({ product_id: some, ...price, available: 5 });
  expect(body.items).toContainEqual({ product_id: none, ...price, available: 0 });
  expect(body.missing).toEqual([unknown]);
});

test('a hold answers when it ends, and again the same when it is repeated with its lines in another order', async () => {
  const [a, b] = [await product(5), await product(5)];
  const id = newId('order');
  const first = await put(id, [item(a, 1), item(b, 2)]);
  expect(first.outcome).toBe('held');
  const ends = Date.parse(String(first.expires_at));
  expect(ends - Date.now()).toBeGreaterThan(890_000);
  expect(first).toEqual({ outcome: 'held', expires_at: new Date(ends).toISOString(), shortages: [] });
  expect(await put(id, [item(b, 1), item(a, 1), item(b, 1)])).toEqual({ ...first, outcome: 'replay:held' });
  expect((await put(id, [item(a, 1)])).outcome).toBe('mismatch');
});

test('a refused hold names what was short, with lines of one product added up', async () => {
  const [plenty, short, unknown] = [await product(9), await product(2), newId('product')];
  const items = [item(plenty, 1), item(short, 2), item(short, 1), item(unknown, 1)];
  const { outcome, expires_at, shortages } = await put(newId('order'), items);
  expect([outcome, expires_at]).toEqual(['insufficient', null]);
  expect(shortages).toHaveLength(2);
  expect(shortages).toContainEqual({ product_id: short, requested: 3, available: 2 });
  expect(shortages).toContainEqual({ product_id: unknown, requested: 1, available: 0 });
});

test('the one-line route holds under the same order id as the other', async () => {
  const of = await product(3);
  const id = newId('order');
  const reserve = () => app.request('POST', `/products/${of}/reserve`, { order_id: id, quantity: 2 }, order);
  expect((await reserve()).body.outcome).toBe('held');
  expect((await reserve()).body.outcome).toBe('replay:held');
  expect((await put(id, [item(of, 2)])).outcome).toBe('replay:held');
  expect((await put(id, [item(of, 1)])).outcome).toBe('mismatch');
});

test('a reservation moves through commit and return, each once', async () => {
  const of = await product(3);
  const id = newId('order');
  await put(id, [item(of, 2)]);
  expect(await post(id, 'extend', { for_seconds: 1_200 })).toMatchObject({ outcome: 'ok' });
  expect(await post(id, 'expire')).toEqual({ outcome: 'not_due' });
  expect(await post(id, 'commit')).toEqual({ outcome: 'ok' });
  expect(await post(id, 'commit')).toEqual({ outcome: 'replay' });
  expect(await post(id, 'release')).toEqual({ outcome: 'conflict:committed' });
  expect(await post(id, 'extend', { for_seconds: 60 })).toMatchObject({ outcome: 'conflict:committed' });
  expect(await post(id, 'return')).toEqual({ outcome: 'ok' });
  expect(await post(id, 'return')).toEqual({ outcome: 'replay' });
});

test('a released reservation is free again, and a release of the unknown is remembered', async () => {
  const of = await product(1);
  const [first, second] = [newId('order'), newId('order')];
  await put(first, [item(of, 1)]);
  expect(await post(first, 'release')).toEqual({ outcome: 'ok' });
  expect(await post(second, 'release')).toEqual({ outcome: 'tombstone' });
  expect((await put(second, [item(of, 1)])).outcome).toBe('replay:released');
  expect((await put(newId('order'), [item(of, 1)])).outcome).toBe('held');
});

test('internal routes are for order-service alone', async () => {
  const of = await product(1);
  const id = newId('order');
  const routes = [
    ['POST', '/internal/quotes', { items: [item(of, 1)] }],
    ['PUT', `/internal/reservations/${id}`, { items: [item(of, 1)], ttl_seconds: 60 }],
    ['POST', `/products/${of}/reserve`, { order_id: id, quantity: 1 }],
    ...['commit', 'release', 'expire', 'return'].map((step) => ['POST', `/internal/reservations/${id}/${step}`]),
    ['POST', `/internal/reservations/${id}/extend`, { for_seconds: 60 }],
  ] as [string, string, object?][];
  const wrong: [number, string | undefined][] = [
    [401, undefined],
    [401, 'Bearer nonsense'],
    [403, await userToken('customer admin')],
    [403, await serviceToken('payment-service')],
    [401, await serviceToken('order-service', 'user-service')],
  ];
  for (const [method, path, body] of routes)
    for (const [status, authorization] of wrong) {
      const answer = await app.request(method, path, body, authorization === undefined ? {} : { authorization });
      expect([path, answer.status]).toEqual([path, status]);
    }
  expect(
    await database.administrator`SELECT 1 FROM reservation WHERE reservation_id = ${uuidOf('order', id) ?? ''}`,
  ).toHaveLength(0);
});

test('a body that says anything else than agreed is refused and holds nothing', async () => {
  const of = await product(5);
  const id = newId('order');
  const good = { items: [item(of, 1)], ttl_seconds: 60 };
  const wrong = [
    {},
    { ...good, items: [] },
    { ...good, ttl_seconds: 0 },
    { ...good, ttl_seconds: 3_601 },
    { ...good, extra: true },
    { ...good, items: [{ ...item(of, 1), price: 1 }] },
    { ...good, items: Array.from({ length: 101 }, () => item(of, 1)) },
    ...[0, -1, 1.5, 1e9, '1', null].map((quantity) => ({ ...good, items: [{ product_id: of, quantity }] })),
    ...['', newId('order'), of.slice(4), `${of} `].map((product_id) => ({
      ...good,
      items: [{ product_id, quantity: 1 }],
    })),
  ];
  for (const body of wrong) {
    const answer = await app.request('PUT', `/internal/reservations/${id}`, body, order);
    expect([body, answer.status, answer.body.code]).toEqual([body, 422, 'invalid_request']);
  }
  const elsewhere = await app.request('PUT', `/internal/reservations/${newId('payment')}`, good, order);
  expect(elsewhere.status).toBe(404);
  expect((await put(id, [item(of, 1)])).outcome).toBe('held');
});
