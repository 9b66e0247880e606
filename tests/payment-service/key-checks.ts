import { newId } from '../../services/kit/ids.ts';
import { freshKey, type World } from './world.ts';

/** What is wrong with how keys are kept: one sentence for each violation. */
export async function keyViolations(world: World, url: string): Promise<string[]> {
  const broken: string[] = [];
  const user = newId('user');
  const other = newId('user');
  const order = world.orders.place(user);
  const another = world.orders.place(user);
  const others = world.orders.place(other);
  const key = freshKey();
  const paid = await world.pay(url, user, order.order_id, 'pm_ok', key);
  if (paid.status !== 201) broken.push(`a payment is answered ${paid.status}`);

  for (const [orderId, token] of [
    [another.order_id, 'pm_ok'],
    [order.order_id, 'pm_declined'],
  ] as const) {
    const reused = await world.pay(url, user, orderId, token, key);
    if (reused.status !== 422 || reused.body.code !== 'idempotency_key_reused')
      broken.push(`a key with another body is answered ${reused.status} ${String(reused.body.code)}`);
  }
  if ((await world.attempts(another.order_id)).length > 0) broken.push('a reused key made an attempt');

  const foreign = await world.pay(url, other, order.order_id, 'pm_ok', key);
  if (foreign.status !== 404 || foreign.headers.get('idempotent-replayed'))
    broken.push(`another user with the same key and body is answered ${foreign.status}`);
  const own = await world.pay(url, other, others.order_id, 'pm_ok', key);
  if (own.status !== 422 && own.body.order_id !== others.order_id)
    broken.push(`another user’s own order is answered with ${String(own.body.order_id)}`);

  const replayed = await world.pay(url, user, order.order_id, 'pm_ok', key);
  if (replayed.text !== paid.text) broken.push('a replay differs from the first answer');
  return broken;
}
