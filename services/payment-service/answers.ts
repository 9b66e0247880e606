import { type Problem, problem, problemDocument, statusOf } from '../kit/problem.ts';
import type { Change, Payment } from './payment.ts';
import type { FinalAnswer } from './store.ts';

/** A payment as its owner sees it; `amount` is null until the order has named it. */
export const paymentView = ({ payment_id, order_id, state, amount, created_at }: Payment) => ({
  payment_id,
  order_id,
  state,
  amount: amount ?? null,
  created_at,
});

/**
 * The final answer to the request that made the attempt, if this change decides it. It is written with the change, so that
 * a replay is byte-identical whoever finished the attempt.
 */
export function finalAnswer({ before, after }: Change): FinalAnswer | undefined {
  if (before.state === after.state) return undefined;
  switch (after.state) {
    case 'captured':
      return { status: 201, body: JSON.stringify(paymentView(after)) };
    case 'declined':
      return refused(after, problem('payment_declined', 'Nothing was charged; try another payment method.'));
    case 'abandoned':
      return refused(
        after,
        problem(after.refusal ?? 'order_not_payable', 'Nothing was charged; look at the order before paying again.'),
      );
    case 'voided':
      return refused(after, problem('order_not_payable', 'The order could not be kept; nothing was charged.'));
    case 'refunding':
      return before.state === 'voiding'
        ? refused(after, problem('order_not_payable', 'The order could not be kept; the charge is being refunded.'))
        : undefined;
    default:
      return undefined;
  }
}

function refused({ payment_id, order_id, request_id, refusal }: Payment, of: Problem): FinalAnswer {
  // Whoever may not see the order learns no more than that there is none.
  const extra = refusal === 'not_found' ? {} : { payment_id, order_id };
  return { status: statusOf(of.code), body: JSON.stringify(problemDocument({ ...of, extra }, request_id)) };
}
