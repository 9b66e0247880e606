import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { freshKey, startWorld, type World } from './world.ts';

let world: World;
let url: string;
beforeAll(async () => {
  world = await startWorld();
  ({ url } = await world.startService());
});
afterAll(() => world.close());

test('an order is paid once: authorised, its stock committed, captured, and told so', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const paid = await world.pay(url, user, order.order_id, 'pm_ok', key);
  expect(paid.text).toContain('captured');
  expect(paid.status).toBe(201);
  expect(paid.body).toMatchObject({ order_id: order.order_id, state: 'captured', amount: order.amount });
  expect(order.state).toBe('paid');
  expect((await world.ledger(order.order_id)).map((one) => one.kind)).toEqual(['authorize', 'capture']);
});
