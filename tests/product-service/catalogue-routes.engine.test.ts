import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { connectAsService } from '../../services/product-service/schema.ts';
import { seedCatalogue } from '../../services/product-service/seed-catalogue.ts';
import { openProductApp, type ProductApp } from './product-app.ts';
import { productDatabase } from './product-database.ts';
import { userToken } from './tokens.ts';

let app: ProductApp;
let admin: { authorization: string };
beforeAll(async () => {
  const { url, administrator } = await productDatabase();
  await administrator`
    INSERT INTO product(product_id, sku, title, description, category, amount_minor, currency)
    SELECT gen_random_uuid(), 'MANY-' || n, 'One of many', repeat('zari-widget ', n % 7 + 1), 'many', 100, 'INR'
    FROM generate_series(1, 1500) n`;
  await administrator.end();
  const database = connectAsService({ url, max: 1, name: 'seed' });
  expect(await seedCatalogue(database)).toEqual({ products: 200, receipts: 200 });
  expect(await seedCatalogue(database)).toEqual({ products: 0, receipts: 0 });
  await database.close();
  app = openProductApp(url);
  admin = { authorization: await userToken('customer admin') };
});
afterAll(() => app.close());

type Item = { product_id: string; sku: string; title: string; category: string; price: { amount_minor: number } };
const page = async (query: string) => {
  const { status, body } = await app.request('GET', `/products?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as { items: Item[]; next_cursor: string | null };
};
async function all(query: string, between: () => Promise<unknown> = async () => {}): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next = await page(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...next.items);
    cursor = next.next_cursor;
    await between();
  }
  return items;
}
let made = 0;
const newProduct = (amount = 12_345) => ({
  sku: `T-${made++}`,
  title: 'A brass lamp',
  description: 'Burns oil',
  category: 'lamps',
  price: { amount_minor: amount, currency: 'INR' },
});

test('a page without a limit has 20 products, the newest first, in the shape that clients rely on', async () => {
  const { items, next_cursor } = await page('');
  expect(items).toHaveLength(20);
  expect(typeof next_cursor).toBe('string');
  expect(Object.keys(items[0] ?? {})).toEqual(
    'product_id sku title description category price price_version available image_urls'.split(' '),
  );
  const ids = items.map((item) => item.product_id);
  expect(ids).toEqual([...ids].sort().reverse());
});

for (const sort of ['newest', 'price_asc', 'price_desc'])
  test(`pages by ${sort} show every product that was there exactly once while others are added`, async () => {
    const before = new Set((await all('limit=100')).map((item) => item.product_id));
    const amounts = [100, 1_000_000, 100_000];
    const seen = await all(`sort=${sort}&limit=17`, () =>
      app.request('POST', '/products', newProduct(amounts[made % 3]), admin),
    );
    const ids = seen.map((item) => item.product_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => before.has(id))).toHaveLength(before.size);
    const amountsSeen = seen.map((item) => item.price.amount_minor);
    if (sort === 'price_asc') expect(amountsSeen).toEqual([...amountsSeen].sort((a, b) => a - b));
    if (sort === 'price_desc') expect(amountsSeen).toEqual([...amountsSeen].sort((a, b) => b - a));
  });

test('a category has its products only, and an unknown one has none', async () => {
  const books = await all('category=books&limit=7');
  expect(books).toHaveLength(20);
  expect(new Set(books.map((book) => book.category))).toEqual(new Set(['books']));
  expect(await page('category=nothing')).toEqual({ items: [], next_cursor: null });
});

test('a search finds words in any form, the best match first, page by page', async () => {
  expect((await page('q=sarees')).items.map((item) => item.sku).sort()).toEqual(['FAS-0006', 'FAS-0007']);
  expect((await page('q=pressure%20cooker')).items[0]?.sku).toBe('HOM-0001');
  expect((await page('q=MOB-0004')).items.map((item) => item.sku)).toEqual(['MOB-0004']);
  const whole = (await page('q=cotton&limit=100')).items.map((item) => item.sku);
  expect((await all('q=cotton&limit=2')).map((item) => item.sku)).toEqual(whole);
  expect(whole.length).toBeGreaterThan(5);
  const cheap = (await all('q=cotton&sort=price_asc&limit=3')).map((item) => item.price.amount_minor);
  expect(cheap).toEqual([...cheap].sort((a, b) => a - b));
  expect((await page('q=%22cotton%20kurta%22&category=fashion')).items.map((item) => item.sku)).toEqual(['FAS-0001']);
});

test('a search that matches very much pages through its first thousand matches, each once', async () => {
  const found = await all('q=zari-widget&limit=100', () => app.request('POST', '/products', newProduct(), admin));
  expect(found).toHaveLength(1_000);
  expect(new Set(found.map((item) => item.product_id)).size).toBe(1_000);
});

test('a search of nothing but noise finds nothing and fails nothing', async () => {
  for (const q of ['the', '%26%7C!()%3A*', "'%22%22", '%F0%9F%98%80', '-', 'a'.repeat(200)])
    expect((await page(`q=${q}`)).items).toEqual([]);
});

test('a query that cannot be meant is refused with the place of the mistake', async () => {
  const cursor = (await page('sort=price_asc')).next_cursor;
  const wrong = {
    'limit=0': '/query/limit',
    'limit=101': '/query/limit',
    'limit=ten': '/query/limit',
    'sort=best': '/query/sort',
    'sort=relevance': '/query/sort',
    'page=2': '/query',
    'q=': '/query/q',
    'q=%00': '/query/q',
    'cursor=abc': '/query/cursor',
    [`cursor=${cursor}`]: '/query/cursor',
    [`sort=price_asc&category=books&cursor=${cursor}`]: '/query/cursor',
  };
  for (const [query, pointer] of Object.entries(wrong)) {
    const { status, body } = await app.request('GET', `/products?${query}`);
    expect([query, status, (body.errors as { pointer: string }[])[0]?.pointer]).toEqual([query, 422, pointer]);
  }
});

test('a product has a strong entity tag that changes with the price and with the stock', async () => {
  const created = await app.request('POST', '/products', newProduct(), admin);
  const path = `/products/${created.body.product_id}`;
  const first = await app.request('GET', path);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{20,}"$/);
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await app.request('GET', path, undefined, { 'if-none-match': header });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, {}, etag]);
  }
  const stale = await app.request('GET', path, undefined, { 'if-none-match': '"other"' });
  expect([stale.status, stale.body]).toEqual([200, first.body]);
  await app.request('POST', `${path}/stock`, { quantity: 1, reason: 'delivery' }, admin);
  const stocked = await app.request('GET', path, undefined, { 'if-none-match': etag });
  expect([stocked.status, stocked.body.available]).toEqual([200, 1]);
  await app.request('PATCH', path, { price: { amount_minor: 1, currency: 'INR' } }, admin);
  const cheaper = await app.request('GET', path, undefined, { 'if-none-match': stocked.headers.get('etag') ?? '' });
  expect(cheaper.status).toBe(200);
});

test('only a price that really changes raises price_version', async () => {
  const { body } = await app.request('POST', '/products', newProduct(500), admin);
  const path = `/products/${body.product_id}`;
  const versionAfter = async (change: object) => (await app.request('PATCH', path, change, admin)).body.price_version;
  expect(body.price_version).toBe(1);
  expect(await versionAfter({ title: 'A taller lamp' })).toBe(1);
  expect(await versionAfter({ price: { amount_minor: 500, currency: 'INR' } })).toBe(1);
  expect(await versionAfter({ price: { amount_minor: 501, currency: 'INR' } })).toBe(2);
  expect(await versionAfter({ price: { amount_minor: 501, currency: 'USD' } })).toBe(3);
  const after = (await app.request('GET', path)).body;
  expect([after.title, after.price]).toEqual(['A taller lamp', { amount_minor: 501, currency: 'USD' }]);
});

test('a SKU belongs to one product', async () => {
  const product = newProduct();
  expect((await app.request('POST', '/products', product, admin)).status).toBe(201);
  const again = await app.request('POST', '/products', product, admin);
  expect([again.status, again.body.code]).toEqual([409, 'sku_taken']);
});

test('a product that does not exist is a 404 in whatever form its id comes', async () => {
  for (const id of [newId('product'), newId('order'), 'prd_', '1', "'; DROP TABLE product", '%00', 'x'.repeat(200)]) {
    const path = `/products/${encodeURIComponent(id)}`;
    const got = await app.request('GET', path);
    const patched = await app.request('PATCH', path, { title: 'x' }, admin);
    const stocked = await app.request('POST', `${path}/stock`, { quantity: 1, reason: 'x' }, admin);
    expect([got.status, patched.status, stocked.status, got.body.code]).toEqual([404, 404, 404, 'not_found']);
  }
});
