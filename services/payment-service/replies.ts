import { keyReused, keyRunning } from '../kit/idempotency.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { type Reply, reply } from '../kit/route.ts';
import { paymentView } from './answers.ts';
import type { Made } from './make-payment.ts';
import type { Refunded } from './refund-payment.ts';
import type { FinalAnswer } from './store.ts';

/** The same for a payment that does not exist and for somebody else's. */
export const noSuchPayment = (): Problem => problem('not_found', 'There is no such payment.');

const stored = ({ status, body }: FinalAnswer, isReplay: boolean): Reply => ({
  kind: 'stored',
  status,
  bytes: body,
  ...(isReplay ? { headers: { 'idempotent-replayed': 'true' } } : {}),
});

/** The answer to whoever pays. */
export function madeReply(made: Made): Reply | Problem {
  switch (made.kind) {
    case 'answered':
      return stored(made.answer, made.isReplay);
    case 'undecided': {
      const view = paymentView(made.payment);
      return reply(202, view, { location: `/api/v1/payments/${view.payment_id}`, 'retry-after': '1' });
    }
    case 'key_reused':
      return keyReused();
    case 'key_running':
      return keyRunning();
    case 'not_found':
      return problem('not_found', 'There is no such order.');
    case 'payment_in_progress':
      return problem('payment_in_progress', 'Wait for the other payment to end.');
    case 'order_paid':
      return problem('order_not_payable', 'The order has been paid.');
    default:
      return made satisfies never;
  }
}

/** The answer to whoever refunds. */
export function refundReply(refunded: Refunded): Reply | Problem {
  switch (refunded.kind) {
    case 'answered':
      return stored(refunded.answer, refunded.isReplay);
    case 'key_reused':
      return keyReused();
    case 'unknown':
      return noSuchPayment();
    case 'not_refundable':
      return problem('not_refundable', 'Only a captured payment can be refunded.');
    case 'too_much':
      return problem('not_refundable', 'The amount is more than what is left, or in another currency.');
    default:
      return refunded satisfies never;
  }
}
