import type { Chore, HistoryEntry, Order, OrderState } from './order.ts';

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
export const byCustomer = 'cancelled_by_customer';

export const refused: Transition = { kind: 'refused' };

export type Move = {
  readonly to?: OrderState;
  readonly set?: Partial<Order>;
  readonly step: string;
  readonly service?: string;
  readonly cause?: string | undefined;
  readonly announce?: Announcement;
  readonly refundMinor?: number;
};

/** The transition of one move: version, history and sequence follow from it. `now` in epoch milliseconds. */
export function move(
  order: Order,
  now: number,
  { to, set, step, service, cause, announce, refundMinor }: Move,
): Transition {
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

/** The order's chores with one more. */
export const withChore = (order: Order, chore: Chore): readonly Chore[] =>
  order.chores.includes(chore) ? order.chores : [...order.chores, chore];

/** The move to CANCELLED that still owes the release of the stock. */
export const cancelled = (order: Order, step: string, cause: string | undefined): Move => ({
  to: 'CANCELLED',
  set: { reason: order.reason ?? cause, chores: withChore(order, 'release_stock') },
  step,
  cause,
  announce: 'order.cancelled',
});

/** The refund's number is fixed by the write that enters REFUND_PENDING, so its id is the same whoever asks the provider. */
export function startRefund(
  order: Order,
  reason: string,
  note: string | undefined,
): Move & { readonly set: Partial<Order> } {
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
