import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp as createKitApp } from '../../services/kit/app.ts';
import { createHealth } from '../../services/kit/health.ts';
import { newId } from '../../services/kit/ids.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { accessTokenType } from '../../services/kit/user-token.ts';
import { cartRoutes } from '../../services/order-service/cart-routes.ts';
import { createDynamoClient } from '../harness/dynamodb.ts';
import { log, places, replica } from './world.ts';

let one: ReturnType<typeof replica>;
let app: ReturnType<typeof createKitApp>;
let table: string;
beforeAll(async () => {
  const where = await places();
  table = where.carts;
  one = replica(where);
  app = createKitApp({
    routes: cartRoutes({ carts: one.carts, products: one.stock.products }),
    // Tokens are proved elsewhere; here a token is the user's id.
    verifiers: {
      users: {
        verify: async (token) => {
          const userId = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
          return { userId, sessionId: 'ses', roles: ['customer'], expiresAt: Number.MAX_SAFE_INTEGER };
        },
      },
      services: { verify: async () => undefined },
    },
    health: createHealth(),
    log,
    metrics: createMetrics('test'),
  });
});
afterAll(() => one.close());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (userId: string) => `Bearer ${encode({ alg: 'EdDSA', typ: accessTokenType })}.${encode(userId)}.x`;

type CartBody = {
  readonly items: readonly { readonly quantity: number }[];
  readonly subtotal: { readonly amount_minor: number };
};

async function ask(method: string, path: string, who: { user?: string; guest?: string }, body?: unknown) {
  const response = await app.request(path, {
    method,
    headers: {
      ...(who.user ? { authorization: tokenOf(who.user) } : {}),
      ...(who.guest ? { 'x-cart-id': who.guest } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    guest: response.headers.get('x-cart-id'),
    body: (await response.json()) as CartBody,
  };
}

test('a guest gets a cart id that cannot be guessed and finds the cart by it', async () => {
  const product = newId('product');
  const put = await ask('PUT', `/cart/items/${product}`, {}, { quantity: 2 });
  expect(put).toMatchObject({ status: 200, body: { subtotal: { amount_minor: 10_000, currency: 'INR' } } });
  expect(put.guest).toMatch(/^[0-9a-f-]{36}$/);
  const again = await ask('GET', '/cart', { guest: put.guest ?? '' });
  expect(again.body.items).toHaveLength(1);
  expect((await ask('GET', '/cart', { guest: randomUUID() })).body.items).toEqual([]);
  expect((await ask('GET', '/cart', { guest: '../../x' })).status).toBe(422);
});

test("a guest's cart becomes the user's once, the larger quantity stays, and the guest's is empty", async () => {
  const user = newId('user');
  const [both, own] = [newId('product'), newId('product')];
  const guest = (await ask('PUT', `/cart/items/${both}`, {}, { quantity: 5 })).guest ?? '';
  await ask('PUT', `/cart/items/${both}`, { user }, { quantity: 2 });
  await ask('PUT', `/cart/items/${own}`, { user }, { quantity: 1 });
  const merged = await ask('GET', '/cart', { user, guest });
  expect(merged.body.items.map((item) => item.quantity)).toEqual([5, 1]);
  expect((await ask('GET', '/cart', { guest })).body.items).toEqual([]);
  expect((await ask('GET', '/cart', { user })).body.items).toHaveLength(2);
});

test('lines are set, not added; taken out; and a cart is emptied', async () => {
  const user = newId('user');
  const [a, b] = [newId('product'), newId('product')];
  await ask('PUT', `/cart/items/${a}`, { user }, { quantity: 2 });
  await ask('PUT', `/cart/items/${a}`, { user }, { quantity: 3 });
  const two = await ask('PUT', `/cart/items/${b}`, { user }, { quantity: 1 });
  expect(two.body.items.map((item) => item.quantity)).toEqual([3, 1]);
  expect((await ask('DELETE', `/cart/items/${a}`, { user })).body.items).toHaveLength(1);
  expect((await ask('DELETE', '/cart', { user })).body).toMatchObject({ items: [], subtotal: { amount_minor: 0 } });
  for (const quantity of [0, -1, 1.5, 1_001, '2'])
    expect((await ask('PUT', `/cart/items/${a}`, { user }, { quantity })).status).toBe(422);
});

test('products put in at once all stay: nobody overwrites another', async () => {
  const user = newId('user');
  const puts = Array.from({ length: 4 }, () =>
    ask('PUT', `/cart/items/${newId('product')}`, { user }, { quantity: 1 }),
  );
  expect((await Promise.all(puts)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await ask('GET', '/cart', { user })).body.items).toHaveLength(4);
});

test('reading a cart shows current prices, and from then on they are what was seen', async () => {
  const user = newId('user');
  await ask('PUT', `/cart/items/${newId('product')}`, { user }, { quantity: 1 });
  one.stock.price = 7_000;
  expect((await ask('GET', '/cart', { user })).body.subtotal.amount_minor).toBe(7_000);
  expect((await one.carts.load(user)).lines[0]?.unit_minor).toBe(7_000);
  one.stock.price = 5_000;
});

test('an expired cart is an empty one, however late the table deletes it', async () => {
  const user = newId('user');
  await ask('PUT', `/cart/items/${newId('product')}`, { user }, { quantity: 1 });
  const key = { pk: `CART#${user}`, sk: 'META' };
  const expire = { UpdateExpression: 'SET expires_at = :past', ExpressionAttributeValues: { ':past': 1 } };
  const dynamo = createDynamoClient();
  await dynamo.send(new UpdateCommand({ TableName: table, Key: key, ...expire }));
  dynamo.destroy();
  expect((await ask('GET', '/cart', { user })).body.items).toEqual([]);
  expect((await ask('PUT', `/cart/items/${newId('product')}`, { user }, { quantity: 1 })).body.items).toHaveLength(1);
});
