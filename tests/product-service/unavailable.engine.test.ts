import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { newId } from '../../services/kit/ids.ts';
import { openProductApp, type ProductApp } from './product-app.ts';
import { productDatabase } from './product-database.ts';
import { serviceToken, userToken } from './tokens.ts';

let app: ProductApp;
beforeAll(async () => {
  app = openProductApp(`postgres://postgres:none@127.0.0.1:${await freePort()}/none`);
});
afterAll(() => app.close());

const product = newId('product');
const items = [{ product_id: product, quantity: 1 }];

test('with the database down every route answers 503 with Retry-After, and soon', async () => {
  const admin = { authorization: await userToken('admin') };
  const order = { authorization: await serviceToken('order-service') };
  const reservation = `/internal/reservations/${newId('order')}`;
  const requests: [string, string, object | undefined, Record<string, string>][] = [
    ['GET', '/products', undefined, {}],
    ['GET', '/products?q=lamp', undefined, {}],
    ['GET', `/products/${product}`, undefined, {}],
    ['PATCH', `/products/${product}`, { title: 'x' }, admin],
    ['POST', `/products/${product}/stock`, { quantity: 1, reason: 'x' }, admin],
    ['POST', '/internal/quotes', { items }, order],
    ['PUT', reservation, { items, ttl_seconds: 60 }, order],
    ['POST', `${reservation}/commit`, undefined, order],
    ['POST', `${reservation}/return`, undefined, order],
    ['POST', `${reservation}/extend`, { for_seconds: 60 }, order],
  ];
  for (const [method, path, body, headers] of requests) {
    const started = performance.now();
    const answer = await app.request(method, path, body, headers);
    expect([path, answer.status, answer.body.code]).toEqual([path, 503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(performance.now() - started).toBeLessThan(1_500);
  }
});

test('a replica whose connections were all cut serves again', async () => {
  const { url, administrator } = await productDatabase();
  const alive = openProductApp(url);
  expect((await alive.request('GET', '/products')).status).toBe(200);
  const order = { authorization: await serviceToken('order-service') };
  const release = () => alive.request('POST', `/internal/reservations/${newId('order')}/release`, undefined, order);
  expect((await release()).body.outcome).toBe('tombstone');
  await administrator`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'product-service %'`;
  const answers = await Promise.all([1, 2, 3, 4].map(() => alive.request('GET', '/products')));
  for (const { status } of answers) expect([200, 503]).toContain(status);
  await release();
  const later = await Promise.all(
    Array.from({ length: 8 }, () => [alive.request('GET', '/products'), release()]).flat(),
  );
  expect(later.map((answer) => answer.status)).toEqual(later.map(() => 200));
  await alive.close();
  await administrator.end();
});

test('a hold whose connection is cut while it runs is asked again and holds once', async () => {
  const { url, administrator } = await productDatabase();
  const alive = openProductApp(url);
  const admin = { authorization: await userToken('admin') };
  const order = { authorization: await serviceToken('order-service') };
  const created = await alive.request(
    'POST',
    '/products',
    { sku: 'A', title: 'A', description: '', category: 'a', price: { amount_minor: 1, currency: 'INR' } },
    admin,
  );
  const { product_id } = created.body as { product_id: string };
  await alive.request('POST', `/products/${product_id}/stock`, { quantity: 5, reason: 'x' }, admin);
  const hold = (id: string) =>
    alive.request(
      'PUT',
      `/internal/reservations/${id}`,
      { items: [{ product_id, quantity: 1 }], ttl_seconds: 60 },
      order,
    );
  await hold(newId('order'));
  let cut: Promise<unknown> = Promise.resolve();
  let answer: ReturnType<typeof hold> | undefined;
  await administrator.begin(async (transaction) => {
    await transaction`SELECT 1 FROM inventory FOR UPDATE`;
    answer = hold(newId('order'));
    await transaction`SELECT pg_sleep(0.1)`;
    cut = administrator`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'product-service holds'`;
    await cut;
  });
  expect((await answer)?.body.outcome).toBe('held');
  expect(await administrator`SELECT held FROM inventory`).toMatchObject([{ held: 2 }]);
  await alive.close();
  await administrator.end();
});
