import type { Clock } from '../kit/clock.ts';
import type { IdempotencyRecord } from '../kit/idempotency.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Payment, Refund } from './payment.ts';
import { type RefundRequest, refundAccepted } from './refund.ts';
import type { Runner } from './runner.ts';
import type { PaymentStore } from './store.ts';

export type Refusal = { readonly kind: 'unknown' | 'not_refundable' | 'too_much' };

/** `existing`: a refund with this id had been accepted before. */
export type Accepted = { readonly kind: 'accepted' | 'existing'; readonly refund: Refund } | Refusal;

export type AcceptRefund = (
  paymentId: string,
  /** Decides from the attempt as it was read; asked again after each lost race. */
  decide: (payment: Payment) => Promise<RefundRequest | Refusal>,
  /** The key's record that is to be written with the refund. */
  recordOf?: (refund: Refund) => { readonly id: string; readonly record: IdempotencyRecord },
) => Promise<Accepted | { readonly kind: 'key_taken' }>;

/**
 * Accepts a refund once per id, within what is left of the capture: the sum is a condition of the same write. The runner carries
 * it out, and the callback `refunded` tells the order.
 */
export function createAcceptRefund(parts: {
  readonly store: PaymentStore;
  readonly runner: Runner;
  readonly clock: Clock;
}): AcceptRefund {
  const { store, runner, clock } = parts;
  return async (paymentId, decide, recordOf) => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const payment = await store.payment(paymentId);
      if (!payment) return { kind: 'unknown' };
      const request = await decide(payment);
      if ('kind' in request) return request;

      const existing = (await store.refunds(paymentId)).find((one) => one.refund_id === request.id);
      if (existing) {
        const record = recordOf?.(existing);
        if (record && !(await store.saveRecord(record.id, record.record))) return { kind: 'key_taken' };
        return { kind: 'existing', refund: existing };
      }
      const change = refundAccepted(payment, request, clock.now());
      if (typeof change === 'string') return { kind: change };
      const record = recordOf?.(change.refund);
      const afterwards = { kind: 'due', atMs: clock.now() } as const;
      if ((await store.write(change, { afterwards, ...(record ? { record } : {}) })) === 'written') {
        void runner.run(paymentId);
        return { kind: 'accepted', refund: change.refund };
      }
      if (record && (await store.record(record.id))) return { kind: 'key_taken' };
    }
    throw new Unavailable('dynamodb', 'the payment kept changing');
  };
}
