import { fullJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { crashpoint } from '../kit/failpoints.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { acknowledged } from './change.ts';
import type { Orders } from './clients.ts';
import type { Change, Payment } from './payment.ts';
import type { PaymentStore } from './store.ts';

/** `later`: try again, with an alarm if there is a reason that needs a person. */
export type Outcome =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'later'; readonly attention?: string };

const hourMs = 3_600_000;

/** Callbacks, and everything else that came to nothing: 200 ms to 10 s with full jitter for an hour, then every minute for ever. */
export const retryInMs = (failures: number, failingForMs: number): number =>
  failingForMs < hourMs ? fullJitter(failures - 1, 200, 10_000) : 60_000;

/**
 * Delivers the attempt's next callback, in the order of their numbers and until the order has acknowledged it, and acts on
 * the verdict that comes back. A callback is never dropped, whatever the answer.
 */
export async function deliverCallback(
  parts: { readonly store: PaymentStore; readonly orders: Orders; readonly clock: Clock },
  payment: Payment,
): Promise<Outcome> {
  const { store, orders, clock } = parts;
  const callback = await store.callback(payment.payment_id, payment.delivered_seq + 1);
  if (!callback) throw new Error(`payment ${payment.payment_id} lacks its callback ${payment.delivered_seq + 1}`);
  const isOverdue = clock.now() - Date.parse(callback.occurred_at) >= 24 * hourMs;
  const later: Outcome = { kind: 'later', ...(isOverdue ? { attention: 'callback_overdue' } : {}) };
  try {
    const told = await orders.tell(callback);
    await crashpoint('payment.after_callback');
    if (told.kind === 'refused') return { kind: 'later', attention: 'callback_refused' };
    const change = acknowledged(payment, told.verdict, clock.now());
    return change === 'illegal' ? { kind: 'later', attention: 'verdict_impossible' } : { kind: 'change', change };
  } catch (error) {
    if (error instanceof Unavailable) return later;
    throw error;
  }
}
