import type { Order } from './order.ts';

/** What the saga has to do next for an order. */
export type Action =
  | 'hold_stock'
  | 'release_for_cancel'
  | 'expire_hold'
  | 'settle_lease'
  | 'pull_payment'
  | 'undo_stock'
  | 'ask_refund'
  | 'return_stock'
  | 'release_stock'
  | 'clear_cart';

/** An action and when it is due, in epoch milliseconds of this service's clock: a hint, never a condition of safety. */
export type Due = { readonly action: Action; readonly at: number };

/** How long to wait for a callback before asking payment-service instead, in milliseconds. */
const callbackPatienceMs = 5_000;

/** Whether something is to be done for an order at this time, in epoch milliseconds. */
export function isDue(order: Order, now: number): boolean {
  const due = nextAction(order);
  return due !== undefined && due.at <= now;
}

/** The one next thing to do for an order, or `undefined` when it is done or only waits for somebody else. */
export function nextAction(order: Order): Due | undefined {
  const now = order.since;
  switch (order.state) {
    case 'CREATED':
      return { action: 'hold_stock', at: now };
    case 'AWAITING_PAYMENT':
      if (order.cancel_requested) return { action: 'release_for_cancel', at: now };
      if (order.chores.includes('clear_cart')) return { action: 'clear_cart', at: now };
      return { action: 'expire_hold', at: (order.reservation_expires_at ?? now) + 500 };
    case 'PAYING':
      return { action: 'settle_lease', at: (order.holder?.lease_until ?? now) + 500 };
    case 'CAPTURING':
      return { action: 'pull_payment', at: now + callbackPatienceMs };
    case 'VOIDING':
      return order.holder?.state === 'voided' || order.holder?.state === 'refunded'
        ? { action: 'undo_stock', at: now }
        : { action: 'pull_payment', at: now + callbackPatienceMs };
    case 'REFUND_PENDING':
      return { action: order.refund?.confirmed ? 'return_stock' : 'ask_refund', at: now };
    case 'PAID':
    case 'REJECTED':
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REFUNDED':
      if (order.chores.includes('release_stock')) return { action: 'release_stock', at: now };
      if (order.chores.includes('clear_cart')) return { action: 'clear_cart', at: now };
      return undefined;
    default:
      return order.state satisfies never;
  }
}
