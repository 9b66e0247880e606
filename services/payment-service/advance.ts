import { crashpoint } from '../kit/failpoints.ts';
import type { Log } from '../kit/log.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { finalAnswer } from './answers.ts';
import type { PaymentState } from './attempt-state.ts';
import { type Outcome, retryInMs } from './callbacks.ts';
import { failed } from './change.ts';
import { hasWork, type Payment } from './payment.ts';
import { perform, type Task, type TaskParts, tasksOf } from './tasks.ts';

export type AdvanceParts = TaskParts & {
  readonly log: Log;
  /** Raises an alarm that a person has to look at: a metric and an error line. */
  readonly alarm: (what: string, paymentId: string) => void;
  readonly entered: (state: PaymentState) => void;
};

/** `rested`: nothing is left to do. `later`: due again. `lost`: somebody else has the claim now. */
export type Progress =
  | { readonly kind: 'rested' | 'lost' | 'idle' }
  | { readonly kind: 'later'; readonly inMs: number };

const hourMs = 3_600_000;

/**
 * Moves a claimed attempt on until nothing is left to do or everything left has to wait; the one path for handlers and for
 * recovery. Every step is decided by what is stored, written before the next one, and only under our fence.
 */
export async function advance(
  parts: AdvanceParts,
  claimed: Payment,
  /** Set when nothing can have been asked for this attempt before. */
  isNew: boolean,
  stopping: AbortSignal,
): Promise<Progress> {
  const { store } = parts;
  let payment = claimed;
  const waiting = new Map<Task, string | undefined>();
  let firstOf: PaymentState | undefined = isNew ? payment.state : undefined;

  for (;;) {
    const task = stopping.aborted ? undefined : tasksOf(payment).find((one) => !waiting.has(one));
    if (!task) break;
    const outcome = await attempt(parts, task, payment, firstOf === payment.state);
    if (outcome.kind === 'later') {
      waiting.set(task, outcome.attention);
      continue;
    }
    const { change } = outcome;
    if ((await store.write(change, { answer: finalAnswer(change) })) === 'lost') {
      const now = await store.payment(payment.payment_id);
      if (now?.fence !== payment.fence) return { kind: 'lost' };
      payment = now;
      firstOf = undefined;
      continue;
    }
    if (change.after.state !== payment.state) {
      firstOf = change.after.state;
      parts.entered(firstOf);
      await passed(firstOf);
    }
    if (change.after.needs_attention && !payment.needs_attention)
      parts.alarm(change.after.needs_attention, payment.payment_id);
    payment = change.after;
  }
  if (!hasWork(payment)) return { kind: 'rested' };
  return giveBack(parts, payment, [...waiting.values()].find(Boolean), stopping.aborted && waiting.size === 0);
}

async function attempt(parts: AdvanceParts, task: Task, payment: Payment, isFirst: boolean): Promise<Outcome> {
  try {
    return await perform(parts, task, payment, isFirst);
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      parts.log.error({ payment_id: payment.payment_id, task, err: error }, 'task failed');
      return { kind: 'later', attention: 'defect' };
    }
    // Without the store nothing can be written either: the claim runs out by itself.
    if (error.dependency === 'dynamodb') throw error;
    parts.log.warn({ payment_id: payment.payment_id, task, dependency: error.dependency }, 'no definite answer');
    return { kind: 'later' };
  }
}

async function giveBack(
  parts: AdvanceParts,
  payment: Payment,
  reason: string | undefined,
  isStopping: boolean,
): Promise<Progress> {
  const nowMs = parts.clock.now();
  const failures = payment.failures + 1;
  const failingForMs = nowMs - (payment.failing_since ?? nowMs);
  const attention = reason ?? (failures >= 20 || failingForMs >= hourMs ? 'stuck' : undefined);
  if (attention && !isStopping) parts.alarm(attention, payment.payment_id);
  const inMs = isStopping ? 0 : retryInMs(failures, failingForMs);
  const after = isStopping ? { ...payment, version: payment.version + 1 } : failed(payment, nowMs, attention);
  const outcome = await parts.store.write(
    { before: payment, after },
    { afterwards: { kind: 'due', atMs: nowMs + inMs } },
  );
  return outcome === 'written' ? { kind: 'later', inMs } : { kind: 'lost' };
}

async function passed(state: PaymentState): Promise<void> {
  if (state === 'authorizing') await crashpoint('payment.after_lease');
  if (state === 'authorized') await crashpoint('payment.after_authorized_written');
  if (state === 'captured') await crashpoint('payment.after_captured_written');
}
