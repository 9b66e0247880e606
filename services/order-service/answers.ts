import { type Problem, problem, problemDocument, statusOf } from '../kit/problem.ts';
import { isFinal, type Order, type PendingAnswer } from './order.ts';
import { orderView } from './order-view.ts';
import type { FinalAnswer } from './store.ts';

/** The refusal of an order whose stock could not be held. */
export const shortageProblem = (order: Pick<Order, 'shortages'>, orderId?: string): Problem =>
  problem('insufficient_stock', 'Order fewer of the products in "shortages", or none.', {
    extra: { shortages: order.shortages ?? [], ...(orderId ? { order_id: orderId } : {}) },
  });

const notCancellable = (order: Order): Problem =>
  problem('not_cancellable', `The order is ${order.state.toLowerCase()}.`, { extra: { order_id: order.order_id } });

function isDecided(order: Order, pending: PendingAnswer): boolean {
  return pending.kind === 'create' ? order.state !== 'CREATED' : isFinal(order.state);
}

/** The answer to a request once the order's state has decided it: an order, or the problem that it came to. */
function outcomeOf(order: Order, kind: PendingAnswer['kind']): { readonly status: 200 | 201 } | Problem {
  if (kind === 'create') return order.state === 'REJECTED' ? shortageProblem(order, order.order_id) : { status: 201 };
  return order.state === 'CANCELLED' || order.state === 'REFUNDED' ? { status: 200 } : notCancellable(order);
}

/**
 * Splits an order's pending answers by whether its state decides them now: the decided ones as records to store in the same
 * write, so that a replay is byte-identical whoever finished the order, and the order without them.
 */
export function settleAnswers(order: Order): { readonly order: Order; readonly answers: readonly FinalAnswer[] } {
  const decided = order.pending_answers.filter((pending) => isDecided(order, pending));
  const rest = { ...order, pending_answers: order.pending_answers.filter((pending) => !isDecided(order, pending)) };
  const answers = decided.map((pending): FinalAnswer => {
    const outcome = outcomeOf(order, pending.kind);
    const [status, body] =
      'kind' in outcome
        ? [statusOf(outcome.code), problemDocument(outcome, pending.request_id)]
        : [outcome.status, orderView(order)];
    return {
      record_id: pending.record_id,
      record: {
        fingerprint: pending.fingerprint,
        state: 'done',
        resource_id: order.order_id,
        status,
        body: JSON.stringify(body),
        expires_at: pending.expires_at,
      },
    };
  });
  return { order: rest, answers };
}
