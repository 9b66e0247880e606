import { newId } from '../../services/kit/ids.ts';
import { freshKey, type World } from './world.ts';

/**
 * Asks for random refunds of fresh payments, many at once, and says where more was accepted than was captured: one sentence for
 * each violation. Prints its seed.
 */
export async function refundViolations(world: World, url: string, rounds: number): Promise<string[]> {
  const seed = Date.now() % 1_000_000;
  process.stdout.write(`refund seed ${seed}\n`);
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const broken: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const user = newId('user');
    const captured = 1_000 + random(100_000);
    const order = world.orders.place(user, captured);
    const { body } = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
    const paymentId = String(body.payment_id);
    const asked = Array.from({ length: 8 }, () => 1 + random(Math.ceil(captured / 2)));
    const answers = await Promise.all(
      asked.map((amount_minor) =>
        world.refund(url, paymentId, freshKey(), { amount: { amount_minor, currency: 'INR' } }),
      ),
    );
    await world.atRest(30_000).catch((error: unknown) => broken.push(`${paymentId}: ${String(error)}`));
    const accepted = (await world.items())
      .filter((one) => one.pk === `PAY#${paymentId}` && one.sk.startsWith('REFUND#'))
      .map((one) => (one.amount as { amount_minor: number }).amount_minor);
    const total = accepted.reduce((sum, one) => sum + one, 0);
    const refunded = (await world.ledger(order.order_id)).filter((one) => one.kind === 'refund');
    if (total > captured) broken.push(`${paymentId}: ${total} accepted of ${captured}`);
    if (refunded.some((one) => one.state !== 'succeeded')) broken.push(`${paymentId}: the provider had to refuse`);
    const promised = answers.filter((one) => one.status === 201).length;
    if (promised !== accepted.length) broken.push(`${paymentId}: ${promised} promised, ${accepted.length} accepted`);
  }
  return broken;
}
