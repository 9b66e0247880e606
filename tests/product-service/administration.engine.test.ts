import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { openProductApp, type ProductApp } from './product-app.ts';
import { productDatabase } from './product-database.ts';
import { serviceToken, userToken } from './tokens.ts';

let app: ProductApp;
let admin: { authorization: string };
let administrator: Sql;
let product: string;
const body = {
  sku: 'LAMP-1',
  title: 'A brass lamp',
  description: '',
  category: 'lamps',
  price: { amount_minor: 150_000, currency: 'INR' },
};
beforeAll(async () => {
  const database = await productDatabase();
  administrator = database.administrator;
  app = openProductApp(database.url);
  admin = { authorization: await userToken('customer admin') };
  const created = await app.request('POST', '/products', body, admin);
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    ...body,
    product_id: created.body.product_id,
    price_version: 1,
    available: 0,
    image_urls: [],
  });
  product = String(created.body.product_id);
});
afterAll(async () => {
  await app.close();
  await administrator.end();
});

const receive = (quantity: number, key?: string, headers = admin, reason = 'delivery') =>
  app.request(
    'POST',
    `/products/${product}/stock`,
    { quantity, reason },
    key ? { ...headers, 'idempotency-key': key } : headers,
  );

test('only an administrator changes the catalogue', async () => {
  const changes = [
    ['POST', '/products', { ...body, sku: 'LAMP-2' }],
    ['PATCH', `/products/${product}`, { title: 'Mine' }],
    ['POST', `/products/${product}/stock`, { quantity: 1, reason: 'gift' }],
  ] as const;
  const wrong: [number, string | undefined][] = [
    [401, undefined],
    [403, await userToken('customer')],
    [403, await serviceToken('order-service')],
  ];
  for (const [method, path, change] of changes)
    for (const [status, authorization] of wrong) {
      const answer = await app.request(method, path, change, authorization === undefined ? {} : { authorization });
      expect([method, path, answer.status]).toEqual([method, path, status]);
    }
  expect((await app.request('GET', `/products/${product}`)).body).toMatchObject({
    title: 'A brass lamp',
    available: 0,
  });
});

test('a receipt without a key counts each time, with one it counts once and answers as it did', async () => {
  const key = newId('request');
  const first = await receive(5, key);
  expect(first.body).toEqual({ product_id: product, on_hand: 5, held: 0, available: 5 });
  expect((await receive(2)).body).toMatchObject({ on_hand: 7 });
  const again = await receive(5, key);
  expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([200, first.body, 'true']);
  expect((await receive(5, `"${key}"`)).body).toEqual(first.body);
  expect((await receive(2)).body).toMatchObject({ on_hand: 9 });
});

test('twenty receipts at once with one key count once', async () => {
  const { on_hand: before } = (await receive(1)).body;
  const key = newId('request');
  const answers = await Promise.all(Array.from({ length: 20 }, () => receive(10, key)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  expect((await receive(1)).body.on_hand).toBe(Number(before) + 11);
});

test('a key belongs to one receipt of one administrator', async () => {
  const key = newId('request');
  await receive(1, key);
  const other = await receive(2, key);
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  expect((await receive(1, key, admin, 'found')).status).toBe(422);
  const colleague = await receive(2, key, { authorization: await userToken('admin') });
  expect([colleague.status, colleague.headers.get('idempotent-replayed')]).toEqual([200, null]);
  const short = await receive(1, 'short');
  expect([short.status, short.body.code]).toEqual([400, 'idempotency_key_invalid']);
});

test('more stock than can be counted is refused and nothing is added', async () => {
  const { on_hand: before } = (await receive(1)).body;
  await administrator`
    SELECT inventory_receive(${product.slice(4)}, ${2_147_483_000 - Number(before)}, gen_random_uuid(), 'much', 'test')`;
  const refused = await receive(1_000);
  expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
  expect((await receive(1)).body.on_hand).toBe(2_147_483_001);
});

test('a body that says anything else than agreed is refused', async () => {
  const wrongPrices = [0, -1, 1.5, '100', 1e11, null, Number.MAX_SAFE_INTEGER].map((amount_minor) => ({
    price: { amount_minor, currency: 'INR' },
  }));
  const wrongFields: readonly object[] = [
    ...wrongPrices,
    { price: { amount_minor: 1, currency: 'inr' } },
    { price: { amount_minor: 1 } },
    { price: 100 },
    { title: '' },
    { title: 'x'.repeat(201) },
    { title: 'nul \u0000' },
    { category: '' },
    { description: 'x'.repeat(5_001) },
    { price_version: 7 },
    { product_id: product },
    { available: 5 },
    { constructor: 1 },
    JSON.parse('{"__proto__": {"admin": true}}'),
  ];
  for (const field of wrongFields) {
    const created = await app.request('POST', '/products', { ...body, sku: 'LAMP-3', ...field }, admin);
    const changed = await app.request('PATCH', `/products/${product}`, field, admin);
    expect([field, created.status, changed.status]).toEqual([field, 422, 422]);
  }
  for (const sku of ['', 'two words', '-x', 'x'.repeat(65), 5])
    expect((await app.request('POST', '/products', { ...body, sku }, admin)).status).toBe(422);
  expect((await app.request('PATCH', `/products/${product}`, {}, admin)).status).toBe(422);
  expect((await app.request('PATCH', `/products/${product}`, { sku: 'NEW' }, admin)).status).toBe(422);
  for (const quantity of [0, -1, 1.5, '1', 1e9])
    expect((await app.request('POST', `/products/${product}/stock`, { quantity, reason: 'x' }, admin)).status).toBe(
      422,
    );
  expect((await app.request('POST', `/products/${product}/stock`, { quantity: 1 }, admin)).status).toBe(422);
});
