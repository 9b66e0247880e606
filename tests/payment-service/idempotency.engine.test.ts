import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { keyViolations } from './key-checks.ts';
import { freshKey, startWorld, type World } from './world.ts';

let world: World;
let url: string;
beforeAll(async () => {
  world = await startWorld();
  ({ url } = await world.startService());
});
afterAll(() => world.close());

test('a key means one request of one user: other bodies are 422, other users get nothing of it', async () => {
  expect(await keyViolations(world, url)).toEqual([]);
});

test('a missing or malformed key is refused before anything is written', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const authorization = `Bearer ${await world.identities.user(user)}`;
  const body = { order_id: order.order_id, payment_method_token: 'pm_ok' };
  const missing = await world.call(url, 'POST', '/payments', { authorization }, body);
  expect([missing.status, missing.body.code]).toEqual([400, 'idempotency_key_missing']);
  const short = await world.call(url, 'POST', '/payments', { authorization, 'idempotency-key': 'short' }, body);
  expect([short.status, short.body.code]).toEqual([400, 'idempotency_key_invalid']);
  const key = freshKey();
  const quoted = await world.call(url, 'POST', '/payments', { authorization, 'idempotency-key': `"${key}"` }, body);
  expect(quoted.status).toBe(201);
  expect((await world.pay(url, user, order.order_id, 'pm_ok', key)).text).toBe(quoted.text);
});
