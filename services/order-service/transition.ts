import type { Chore, HistoryEntry, Order, OrderState, Shortage } from './order.ts';
import { lastDecline } from './order.ts';

/** Something definite that happened to an order. Whoever reports it has already made it durable where it happened. */
export type OrderFact =
  | { readonly type: 'stock_held'; readonly expiresAt: number }
  | { readonly type: 'stock_refused'; readonly shortages: readonly Shortage[] }
  /** `note` is the customer's own words: kept in the order's history, never in an event. */
  | { readonly type: 'cancel_asked'; readonly note: string | undefined }
  | { readonly type: 'stock_released' }
  | { readonly type: 'hold_expired' }
  | { readonly type: 'lease_granted'; readonly paymentId: string; readonly until: number; readonly holdUntil: number }
  | { readonly type: 'hold_not_extended' }
  /** `committed`: whether the stock could be committed for this authorisation. */
  | { readonly type: 'authorized'; readonly seq: number; readonly committed: boolean }
  | { readonly type: 'not_paid'; readonly seq: number; readonly how: 'declined' | 'abandoned' }
  | { readonly type: 'captured'; readonly seq: number }
  | { readonly type: 'capture_refused'; readonly seq: number }
  | { readonly type: 'money_back'; readonly seq: number; readonly how: 'voided' | 'refunded' }
  | { readonly type: 'stock_undone' }
  | { readonly type: 'refund_asked'; readonly note: string | undefined }
  | { readonly type: 'refunded'; readonly seq: number; readonly refundId: string; readonly amountMinor: number }
  | { readonly type: 'stock_returned' }
  | { readonly type: 'chore_done'; readonly chore: Chore };

/** The events of the published language that a transition can cause. */
export type Announcement =
  | 'order.rejected'
  | 'order.placed'
  | 'order.payment_failed'
  | 'order.paid'
  | 'order.cancelled'
  | 'order.expired'
  | 'order.refunded';

export type Transition =
  | { readonly kind: 'moved'; readonly order: Order; readonly announce?: Announcement; readonly refundMinor?: number }
  /** The fact has no place in this state; nothing may be written. */
  | { readonly kind: 'refused' };

/** `reason` travels in events, so it is always one of our own codes. */
const byCustomer = 'cancelled_by_customer';

const refused: Transition = { kind: 'refused' };

type Move = {
  readonly to?: OrderState;
  readonly set?: Partial<Order>;
  readonly step: string;
  readonly service?: string;
  readonly cause?: string | undefined;
  readonly announce?: Announcement;
  readonly refundMinor?: number;
};

function move(order: Order, now: number, { to, set, step, service, cause, announce, refundMinor }: Move): Transition {
  const entry: HistoryEntry = { at: now, step, service: service ?? 'order-service', ...(cause ? { cause } : {}) };
  const changed = to !== undefined && to !== order.state;
  return {
    kind: 'moved',
    order: {
      ...order,
      ...set,
      ...(to ? { state: to } : {}),
      ...(changed ? { since: now, attempts: 0, needs_attention: false } : {}),
      version: order.version + 1,
      seq: order.seq + (announce ? 1 : 0),
      history: [...order.history, entry].slice(-60),
    },
    ...(announce ? { announce } : {}),
    ...(refundMinor === undefined ? {} : { refundMinor }),
  };
}

const withChore = (order: Order, chore: Chore): readonly Chore[] =>
  order.chores.includes(chore) ? order.chores : [...order.chores, chore];

const cancelled = (order: Order, step: string, cause: string | undefined): Move => ({
  to: 'CANCELLED',
  set: { reason: order.reason ?? cause, chores: withChore(order, 'release_stock') },
  step,
  cause,
  announce: 'order.cancelled',
});

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

    case 'authorized': {
      if (state !== 'PAYING' || !order.holder) return refused;
      const voiding = order.cancel_requested || !fact.committed;
      const holder = {
        ...order.holder,
        seq: fact.seq,
        state: voiding ? ('voiding' as const) : ('authorized' as const),
      };
      return move(order, now, {
        to: voiding ? 'VOIDING' : 'CAPTURING',
        set: { holder, ...(voiding ? { reason: order.reason ?? 'stock_lost' } : {}) },
        step: voiding ? 'payment_voiding' : 'stock_committed',
        service: voiding ? 'order-service' : 'product-service',
        cause: voiding ? (order.cancel_requested ? 'cancel_requested' : 'stock_lost') : 'payment_authorized',
      });
    }

    case 'not_paid': {
      if (state !== 'PAYING' || !order.holder) return refused;
      const declines = order.declines + (fact.how === 'declined' ? 1 : 0);
      const set = {
        declines,
        holder: undefined,
        closed_payment_ids: [...order.closed_payment_ids, order.holder.payment_id],
      };
      if (order.cancel_requested || declines >= lastDecline) {
        const reason = order.cancel_requested ? order.reason : 'payment_declined';
        const last = cancelled({ ...order, reason }, 'cancelled', reason);
        return move(order, now, { ...last, set: { ...set, ...last.set } });
      }
      return move(order, now, {
        to: 'AWAITING_PAYMENT',
        set,
        step: `payment_${fact.how}`,
        service: 'payment-service',
        cause: order.holder.payment_id,
        ...(fact.how === 'declined' ? { announce: 'order.payment_failed' as const } : {}),
      });
    }

    case 'captured':
      if (!order.holder) return refused;
      if (state === 'CAPTURING') {
        const holder = { ...order.holder, seq: fact.seq, state: 'captured' as const };
        const paid = move(order, now, {
          to: 'PAID',
          set: { holder },
          step: 'paid',
          service: 'payment-service',
          cause: holder.payment_id,
          announce: 'order.paid',
        });
        if (!order.cancel_requested || paid.kind === 'refused') return paid;
        // One write: the payment is announced, and the refund that the customer asked for starts with it.
        const refund = startRefund(paid.order, byCustomer, undefined);
        return { ...paid, order: { ...paid.order, ...refund.set, state: 'REFUND_PENDING' } };
      }
      // Money moved for stock that was never committed: give it back.
      if (state === 'PAYING')
        return move(order, now, {
          to: 'VOIDING',
          set: { holder: { ...order.holder, seq: fact.seq, state: 'voiding' }, reason: 'captured_without_stock' },
          step: 'payment_voiding',
          cause: 'captured_without_stock',
        });
      return refused;

    case 'capture_refused':
      if ((state !== 'CAPTURING' && state !== 'PAYING') || !order.holder) return refused;
      return move(order, now, {
        to: 'VOIDING',
        set: {
          holder: { ...order.holder, seq: fact.seq, state: 'voiding' },
          reason: order.reason ?? 'capture_refused',
        },
        step: 'capture_refused',
        service: 'payment-service',
        cause: order.holder.payment_id,
      });

    case 'money_back':
      if (!order.holder || (state !== 'VOIDING' && state !== 'CAPTURING' && state !== 'PAYING')) return refused;
      return move(order, now, {
        to: 'VOIDING',
        set: { holder: { ...order.holder, seq: fact.seq, state: fact.how }, reason: order.reason ?? 'payment_voided' },
        step: `payment_${fact.how}`,
        service: 'payment-service',
        cause: order.holder.payment_id,
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

    case 'refunded': {
      if ((state !== 'PAID' && state !== 'REFUND_PENDING') || !order.holder) return refused;
      const holder = { ...order.holder, seq: fact.seq };
      const refundedMinor = order.refunded_minor + fact.amountMinor;
      if (refundedMinor > order.total_minor) return refused;
      const whole = refundedMinor === order.total_minor;
      if (!whole && order.refund?.refund_id !== fact.refundId)
        return move(order, now, {
          set: { holder, refunded_minor: refundedMinor },
          step: 'partly_refunded',
          service: 'payment-service',
          cause: fact.refundId,
          announce: 'order.refunded',
          refundMinor: fact.amountMinor,
        });
      return move(order, now, {
        to: 'REFUND_PENDING',
        set: {
          holder: { ...holder, state: 'refunded' },
          refunded_minor: refundedMinor,
          refund: { refund_id: fact.refundId, amount_minor: fact.amountMinor, confirmed: true },
        },
        step: 'money_refunded',
        service: 'payment-service',
        cause: fact.refundId,
      });
    }

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
      return fact satisfies never;
  }
}

/** The refund's number is fixed by the write that enters REFUND_PENDING, so its id is the same whoever asks the provider. */
function startRefund(order: Order, reason: string, note: string | undefined): Move & { readonly set: Partial<Order> } {
  const count = order.refund_count + 1;
  return {
    to: 'REFUND_PENDING',
    set: {
      refund: {
        refund_id: `ref:${order.order_id}:${count}`,
        amount_minor: order.total_minor - order.refunded_minor,
        confirmed: false,
      },
      refund_count: count,
      reason: order.reason ?? reason,
    },
    step: 'refund_started',
    cause: note ?? reason,
  };
}
