import type { PaymentEvent, Products } from './clients.ts';
import type { Order } from './order.ts';
import type { OrderFact } from './order-fact.ts';

export type Verdict = 'capture' | 'void' | 'none';

const holds = (order: Order, paymentId: string): boolean => order.holder?.payment_id === paymentId;

/** Whether an event is new for the order: from the attempt that holds it, and later than the last one seen of it. */
export const isNew = (order: Order, event: PaymentEvent): boolean =>
  holds(order, event.payment_id) && event.seq > (order.holder?.seq ?? 0);

/**
 * What payment-service is to do with an attempt, as a function of the order alone (order-flow, section 1, rule 1): computed for
 * duplicates too, and never `none` for an attempt that is authorised.
 */
export function verdictOf(order: Order, event: Pick<PaymentEvent, 'payment_id' | 'type'>): Verdict {
  const { type } = event;
  if (holds(order, event.payment_id)) {
    switch (order.state) {
      case 'CAPTURING':
      case 'PAID':
      case 'REFUND_PENDING':
      case 'REFUNDED':
        return type === 'authorized' ? 'capture' : 'none';
      case 'VOIDING':
        return type === 'authorized' || type === 'captured' || type === 'capture_refused' ? 'void' : 'none';
      default:
        break;
    }
  }
  return type === 'authorized' || type === 'captured' ? 'void' : 'none';
}

/**
 * What a new event of the holder means for the order. For an authorisation this commits the stock first: CAPTURING means that
 * the stock is committed. `undefined` where it means nothing in this state. Throws `Unavailable` when product-service cannot
 * be asked, so that the callback is sent again.
 */
export async function factOf(order: Order, event: PaymentEvent, products: Products): Promise<OrderFact | undefined> {
  const { seq } = event;
  switch (event.type) {
    case 'authorized': {
      if (order.state !== 'PAYING') return undefined;
      if (order.cancel_requested) return { type: 'authorized', seq, committed: false };
      const outcome = await products.resolve(order.order_id, 'commit');
      return { type: 'authorized', seq, committed: outcome === 'ok' || outcome === 'replay' };
    }
    case 'declined':
      return { type: 'not_paid', seq, how: 'declined' };
    case 'captured':
      return { type: 'captured', seq };
    case 'capture_refused':
      return { type: 'capture_refused', seq };
    case 'voided':
      return { type: 'money_back', seq, how: 'voided' };
    case 'refunded':
      return order.state === 'PAID' || order.state === 'REFUND_PENDING'
        ? { type: 'refunded', seq, refundId: event.refund_id ?? event.event_id, amountMinor: event.amount_minor }
        : { type: 'money_back', seq, how: 'refunded' };
    default:
      return event.type satisfies never;
  }
}
