import { byCustomer, cancelled, move, refused, startRefund, type Transition, withChore } from './move.ts';
import type { Order } from './order.ts';
import type { OrderFact } from './order-fact.ts';
import { paymentTransition } from './payment-transition.ts';

/**
 * What a fact does to an order (order-flow, section 1): the next order with its version raised, and the event to publish; or
 * `refused` where the fact has no place. Pure; `now` in epoch milliseconds is only recorded.
 */
export function transition(order: Order, fact: OrderFact, now: number): Transition {
  const { state } = order;
  switch (fact.type) {
    case 'stock_held':
      if (state !== 'CREATED') return refused;
      if (order.cancel_requested) return move(order, now, cancelled(order, 'cancelled', byCustomer));
      return move(order, now, {
        to: 'AWAITING_PAYMENT',
        set: {
          reservation_expires_at: fact.expiresAt,
          chores: order.cart ? withChore(order, 'clear_cart') : order.chores,
        },
        step: 'stock_held',
        service: 'product-service',
        announce: 'order.placed',
      });

    case 'stock_refused':
      if (state !== 'CREATED') return refused;
      if (order.cancel_requested) return move(order, now, cancelled(order, 'cancelled', byCustomer));
      return move(order, now, {
        to: 'REJECTED',
        // Released all the same: a hold that is still on its way must find a tombstone.
        set: { shortages: fact.shortages, reason: 'insufficient_stock', chores: withChore(order, 'release_stock') },
        step: 'stock_refused',
        service: 'product-service',
        cause: 'insufficient_stock',
        announce: 'order.rejected',
      });

    case 'cancel_asked':
      switch (state) {
        case 'CREATED':
        case 'AWAITING_PAYMENT':
        case 'PAYING':
        case 'CAPTURING':
          return move(order, now, {
            set: { cancel_requested: true, reason: byCustomer },
            step: 'cancel_requested',
            cause: fact.note ?? byCustomer,
          });
        case 'PAID':
          return move(order, now, startRefund(order, byCustomer, fact.note));
        default:
          return refused;
      }

    case 'stock_released':
      if (state !== 'AWAITING_PAYMENT' || !order.cancel_requested) return refused;
      return move(order, now, {
        to: 'CANCELLED',
        step: 'cancelled',
        cause: order.reason,
        announce: 'order.cancelled',
      });

    case 'hold_expired':
      if (state !== 'AWAITING_PAYMENT') return refused;
      return move(order, now, {
        to: 'EXPIRED',
        set: { reason: 'not_paid_in_time' },
        step: 'expired',
        service: 'product-service',
        cause: 'not_paid_in_time',
        announce: 'order.expired',
      });

    case 'lease_granted':
      if (state !== 'AWAITING_PAYMENT' || order.cancel_requested) return refused;
      return move(order, now, {
        to: 'PAYING',
        set: {
          holder: { payment_id: fact.paymentId, lease_until: fact.until, seq: 0, state: 'paying' },
          reservation_expires_at: fact.holdUntil,
        },
        step: 'payment_started',
        service: 'payment-service',
        cause: fact.paymentId,
      });

    case 'hold_not_extended':
      if (state !== 'AWAITING_PAYMENT') return refused;
      return move(order, now, {
        to: 'EXPIRED',
        set: { reason: 'not_paid_in_time', chores: withChore(order, 'release_stock') },
        step: 'expired',
        service: 'product-service',
        cause: 'hold_not_extended',
        announce: 'order.expired',
      });

    case 'stock_undone':
      if (state !== 'VOIDING') return refused;
      return move(order, now, {
        to: 'CANCELLED',
        step: 'cancelled',
        cause: order.reason,
        announce: 'order.cancelled',
      });

    case 'refund_asked':
      if (state !== 'PAID') return refused;
      return move(order, now, startRefund(order, 'refunded_by_admin', fact.note));

    case 'stock_returned':
      if (state !== 'REFUND_PENDING' || !order.refund?.confirmed) return refused;
      return move(order, now, {
        to: 'REFUNDED',
        step: 'refunded',
        cause: order.reason,
        announce: 'order.refunded',
        refundMinor: order.refund.amount_minor,
      });

    case 'chore_done':
      if (!order.chores.includes(fact.chore)) return refused;
      return move(order, now, {
        set: { chores: order.chores.filter((chore) => chore !== fact.chore), attempts: 0, needs_attention: false },
        step: fact.chore === 'release_stock' ? 'stock_released' : 'cart_cleared',
        ...(fact.chore === 'release_stock' ? { service: 'product-service' } : {}),
      });

    default:
      return paymentTransition(order, fact, now);
  }
}
