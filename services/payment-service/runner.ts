import type { Claims } from '../kit/claims.ts';
import { withoutDeadline } from '../kit/request-context.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { type AdvanceParts, advance, type Progress } from './advance.ts';
import { paymentKey, paymentOf } from './item.ts';
import type { Payment } from './payment.ts';

/** Runs attempts in this process, each at most once at a time. Its promises never reject. */
export interface Runner {
  /** Claims an attempt, if it has work that nobody else is doing, and moves it on. */
  run(paymentId: string): Promise<Progress>;
  /** Moves on an attempt that was written just now, already claimed by this process. */
  start(payment: Payment): Promise<Progress>;
  readonly size: number;
  isRunning(paymentId: string): boolean;
  /** Lets every attempt finish the task under way and gives the rest back. */
  stop(): Promise<void>;
}

/** How soon to look again after the store could not be asked, in milliseconds. */
const storeRetryMs = 500;

export function createRunner(parts: AdvanceParts & { readonly claims: Claims }): Runner {
  const { claims, log } = parts;
  const running = new Map<string, Promise<Progress>>();
  const stopping = new AbortController();

  const held = (payment: Payment, isNew: boolean): Promise<Progress> =>
    claims.hold(paymentKey(payment.payment_id), payment.fence, () => advance(parts, payment, isNew, stopping.signal));

  function once(paymentId: string, work: () => Promise<Progress>): Promise<Progress> {
    const already = running.get(paymentId);
    if (already) return already;
    const started = withoutDeadline(work)
      .catch((error: unknown): Progress => {
        if (error instanceof Unavailable) log.warn({ payment_id: paymentId, err: error }, 'attempt not moved on');
        else log.error({ payment_id: paymentId, err: error }, 'attempt failed');
        return { kind: 'later', inMs: storeRetryMs };
      })
      .finally(() => running.delete(paymentId));
    running.set(paymentId, started);
    return started;
  }

  return {
    run: (paymentId) =>
      once(paymentId, async () => {
        const item = await claims.take(paymentKey(paymentId));
        return item ? held(paymentOf(item), false) : { kind: 'idle' };
      }),
    start: (payment) => once(payment.payment_id, () => held(payment, true)),
    get size() {
      return running.size;
    },
    isRunning: (paymentId) => running.has(paymentId),
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
