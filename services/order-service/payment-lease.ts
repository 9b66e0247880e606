import type { Clock } from '../kit/clock.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Products } from './clients.ts';
import { holdBeyondLeaseSeconds, leaseMs, type Order } from './order.ts';
import type { Saga } from './saga.ts';
import type { OrderStore } from './store.ts';

/** `until` in epoch milliseconds. */
export type Lease = { readonly kind: 'lease'; readonly order: Order; readonly until: number };

/**
 * Gives one payment attempt the order for a minute, after the stock has been made to outlast it by ten. The same attempt gets
 * the same answer again. A definite refusal is a problem; throws `Unavailable` when nothing could be decided.
 */
export function createPaymentLease(parts: {
  readonly store: OrderStore;
  readonly products: Products;
  readonly saga: Saga;
  readonly clock: Clock;
  readonly kick: (orderId: string) => void;
}) {
  const { store, products, saga, clock } = parts;

  return async (orderId: string, paymentId: string, userId: string): Promise<Lease | Problem> => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const order = await store.load(orderId);
      if (!order || order.user_id !== userId) return problem('not_found', 'There is no such order.');
      if (order.state === 'PAYING' && order.holder?.payment_id === paymentId)
        return { kind: 'lease', order, until: order.holder.lease_until };
      const refusal = refusalOf(order, paymentId);
      if (refusal) return refusal;

      const until = clock.now() + leaseMs;
      const { outcome, expiresAt } = await products.extend(orderId, leaseMs / 1000 + holdBeyondLeaseSeconds);
      const fact =
        outcome === 'ok' && expiresAt !== undefined
          ? ({ type: 'lease_granted', paymentId, until, holdUntil: expiresAt } as const)
          : ({ type: 'hold_not_extended' } as const);
      const applied = await saga.apply(order, fact);
      if (applied.kind !== 'saved') continue;
      if (fact.type === 'lease_granted') return { kind: 'lease', order: applied.order, until };
      parts.kick(orderId);
      return problem('order_expired', 'The stock is no longer held; place the order again.');
    }
    throw new Unavailable('order-service', 'the order kept changing');
  };
}

function refusalOf(order: Order, paymentId: string): Problem | undefined {
  if (order.state === 'EXPIRED') return problem('order_expired', 'The stock is no longer held; place the order again.');
  if (order.state === 'PAYING') return problem('payment_in_progress', 'Wait for the other payment to end.');
  if (order.state !== 'AWAITING_PAYMENT' || order.cancel_requested || order.closed_payment_ids.includes(paymentId))
    return problem('order_not_payable', `The order is ${order.state.toLowerCase()}.`);
  return undefined;
}
