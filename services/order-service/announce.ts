import { isoTime } from '../kit/clock.ts';
import { currentContext } from '../kit/request-context.ts';
import { traceparent } from '../kit/trace.ts';
import { makeOrderEvent, type OrderEvent, type OrderEventState, type OrderEventType } from './events.ts';
import { clientState, type Order } from './order.ts';

/**
 * The event of an order's last transition; `at` in epoch milliseconds. Deterministic: the same order gives the same event, within
 * the same request. It carries the trace of the request that caused it, so that its mail is found by the same id.
 */
export function announce(order: Order, type: OrderEventType, at: number, refundMinor?: number): OrderEvent {
  // A payment that is refunded in the same write is announced as the payment it was.
  const state = type === 'order.paid' ? 'paid' : (clientState(order.state) as OrderEventState);
  const context = currentContext();
  return makeOrderEvent({
    ...(context ? { traceparent: traceparent(context.traceId, context.spanId) } : {}),
    type,
    time: isoTime(at),
    order_id: order.order_id,
    seq: order.seq,
    state,
    user_id: order.user_id,
    currency: order.currency,
    total_minor: order.total_minor,
    country: order.shipping_address.country,
    lines: order.lines,
    payment_id: order.holder?.payment_id,
    refund_minor: refundMinor,
    reason: order.reason,
  });
}
