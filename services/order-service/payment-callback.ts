import type { Log } from '../kit/log.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { PaymentEvent, Products } from './clients.ts';
import type { Order } from './order.ts';
import { factOf, isNew, type Verdict, verdictOf } from './payment-verdict.ts';
import type { Saga } from './saga.ts';
import type { OrderStore } from './store.ts';

export type CallbackAnswer = { readonly kind: 'verdict'; readonly order: Order; readonly verdict: Verdict };

/**
 * Takes a payment's callback: writes what it means if it is new and comes from the attempt that holds the order, and answers in
 * any case what payment-service is to do. Throws `Unavailable` when nothing could be decided: the callback comes again.
 */
export function createPaymentCallback(parts: {
  readonly store: OrderStore;
  readonly products: Products;
  readonly saga: Saga;
  readonly log: Log;
  readonly alarm: (what: string, orderId: string) => void;
  readonly kick: (orderId: string) => void;
}) {
  const { store, products, saga } = parts;

  return async (orderId: string, event: PaymentEvent): Promise<CallbackAnswer | Problem> => {
    if (event.order_id !== orderId) return mismatch(orderId, '/order_id', 'Must be the order in the path.');
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const order = await store.load(orderId);
      if (!order) return problem('not_found', 'There is no such order.');
      const wrong = wrongAmount(order, event);
      if (wrong) return mismatch(orderId, wrong, 'Not what the order says.');
      const answer = (of: Order): CallbackAnswer => ({ kind: 'verdict', order: of, verdict: verdictOf(of, event) });

      if (!isNew(order, event)) return answer(order);
      const fact = await factOf(order, event, products);
      if (!fact) return answer(order);
      const applied = await saga.apply(order, fact, { paymentEventId: event.event_id });
      if (applied.kind === 'saved') {
        parts.kick(orderId);
        return answer(applied.order);
      }
      if (applied.kind === 'refused') {
        parts.alarm('callback_out_of_place', orderId);
        return answer(order);
      }
    }
    throw new Unavailable('order-service', 'the order kept changing');
  };

  function mismatch(orderId: string, pointer: string, detail: string): Problem {
    parts.alarm('callback_mismatch', orderId);
    return problem('invalid_request', 'Correct what "errors" points at.', { extra: { errors: [{ pointer, detail }] } });
  }
}

function wrongAmount(order: Order, event: PaymentEvent): string | undefined {
  if (event.currency !== order.currency) return '/currency';
  const fits =
    event.type === 'refunded'
      ? event.amount_minor > 0 && event.amount_minor <= order.total_minor
      : event.amount_minor === order.total_minor;
  return fits ? undefined : '/amount_minor';
}
