import { fullJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { announce } from './announce.ts';
import { settleAnswers } from './answers.ts';
import { nextAction } from './next-action.ts';
import type { Order } from './order.ts';
import type { OrderFact } from './order-fact.ts';
import type { PerformAction } from './perform-action.ts';
import type { FinalAnswer, OrderStore } from './store.ts';
import { transition } from './transition.ts';

/** The order after a write, and the final answers that were stored with it; or why nothing was written. */
export type Applied =
  | { readonly kind: 'saved'; readonly order: Order; readonly answers: readonly FinalAnswer[] }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused' };

export type ApplyMore = {
  readonly paymentEventId?: string;
  readonly claimsKey?: FinalAnswer;
  /** Changes to the order that are not a state change, made in the same write (a pending answer). */
  readonly adjust?: (order: Order) => Order;
};

export interface Saga {
  /** Writes what a fact does to an order, with its event and the answers that it decides. */
  apply(order: Order, fact: OrderFact, more?: ApplyMore): Promise<Applied>;
  /**
   * Moves a claimed order on until nothing is due, somebody else moved it, or a dependency cannot be asked; then leaves it to be
   * looked at again. The same code for the request that created the order and for the worker that finds it later.
   */
  drive(order: Order, saved?: (order: Order, answers: readonly FinalAnswer[]) => void): Promise<Order>;
}

/** After this many turns in a row, or this long, an order that cannot finish needs a person too; it is still retried. */
const attentionAfter = { attempts: 20, ms: 3_600_000 };

export function createSaga(parts: {
  readonly store: OrderStore;
  readonly perform: PerformAction;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after a write that staged an event. */
  readonly announced: (orderId: string) => void;
  readonly alarm: (what: string, orderId: string) => void;
}): Saga {
  const { store, perform, clock, log } = parts;

  async function apply(order: Order, fact: OrderFact, more: ApplyMore = {}): Promise<Applied> {
    const now = clock.now();
    const moved = transition(order, fact, now);
    if (moved.kind === 'refused') return { kind: 'refused' };
    const { order: settled, answers } = settleAnswers(more.adjust ? more.adjust(moved.order) : moved.order);
    const due = nextAction(settled);
    // A claim is kept only where the same drive goes on at once.
    const claimed_by = due && due.at <= now ? order.claimed_by : undefined;
    const outcome = await store.save({
      from: order,
      to: { ...settled, claimed_by },
      event: moved.announce ? announce(settled, moved.announce, now, moved.refundMinor) : undefined,
      paymentEventId: more.paymentEventId,
      claimsKey: more.claimsKey,
      answers,
    });
    if (outcome.kind === 'stale') return outcome;
    if (moved.announce) parts.announced(order.order_id);
    return { kind: 'saved', order: outcome.order, answers };
  }

  async function leave(order: Order, waitMs: number, failed: boolean): Promise<void> {
    const attempts = order.attempts + 1;
    const stuck = failed && (attempts >= attentionAfter.attempts || clock.now() - order.since >= attentionAfter.ms);
    if (stuck && !order.needs_attention) parts.alarm('order_stuck', order.order_id);
    await store.defer(order, clock.now() + waitMs, attempts, order.needs_attention || stuck);
  }

  const backoff = (order: Order): number =>
    clock.now() - order.since > attentionAfter.ms ? 60_000 : 200 + fullJitter(order.attempts, 200, 10_000);

  async function drive(
    start: Order,
    saved: (order: Order, answers: readonly FinalAnswer[]) => void = () => {},
  ): Promise<Order> {
    let order = start;
    for (;;) {
      const due = nextAction(order);
      if (!due || due.at > clock.now()) return order;
      try {
        const result = await perform(due.action, order);
        if (result.type === 'wait') {
          await leave(order, Math.max(result.ms, fullJitter(order.attempts, 200, 10_000)), false);
          return order;
        }
        const applied = await apply(order, result);
        if (applied.kind === 'stale') return order;
        if (applied.kind === 'refused') throw new Error(`${order.state} has no place for ${result.type}`);
        order = applied.order;
        saved(order, applied.answers);
      } catch (error) {
        const level = error instanceof Unavailable ? 'info' : 'error';
        log[level]({ order_id: order.order_id, action: due.action, err: error }, 'step did not finish');
        // The store itself may be what is down: then the claim runs out and the index brings the order back.
        await leave(order, backoff(order), true).catch(() => {});
        return order;
      }
    }
  }

  return { apply, drive };
}
