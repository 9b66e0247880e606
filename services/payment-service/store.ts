import type { IdempotencyRecord } from '../kit/idempotency.ts';
import type { Callback, Change, Payment, Refund } from './payment.ts';

/** A final answer as it is stored under a key: status and bytes. */
export type FinalAnswer = { readonly status: number; readonly body: string };

export type Begun =
  | { readonly kind: 'begun'; readonly payment: Payment }
  | { readonly kind: 'key_taken' }
  | { readonly kind: 'order_taken' };

/** `claimed`: the writer goes on; `due`: the claim is given back and the attempt looked at again at this epoch time. */
export type Afterwards = { readonly kind: 'claimed' } | { readonly kind: 'due'; readonly atMs: number };

/** What goes into the same transaction besides the change itself. */
export type WriteMore = {
  /** To be stored under the key of the request that made the attempt. */
  readonly answer?: FinalAnswer | undefined;
  /** A whole record of another request's key (a refund's). Nothing is written when the key was taken meanwhile. */
  readonly record?: { readonly id: string; readonly record: IdempotencyRecord };
  readonly afterwards?: Afterwards;
};

/**
 * Attempts, callbacks, refunds and keys. Every read is strongly consistent; every method throws `Unavailable` when the
 * store cannot be asked.
 */
export interface PaymentStore {
  record(id: string): Promise<IdempotencyRecord | undefined>;
  /** Writes a key's record alone; answers false when the key was taken meanwhile. */
  saveRecord(id: string, record: IdempotencyRecord): Promise<boolean>;
  /** Key, attempt and the order's lock, or none of them. The attempt comes back claimed by this process. */
  begin(payment: Payment, record: IdempotencyRecord): Promise<Begun>;
  payment(paymentId: string): Promise<Payment | undefined>;
  /** The attempt that holds the order's lock. */
  active(orderId: string): Promise<string | undefined>;
  callback(paymentId: string, seq: number): Promise<Callback | undefined>;
  refunds(paymentId: string): Promise<readonly Refund[]>;
  /** Writes a change if the attempt is still as it was read; `lost` when it is not. */
  write(change: Change, more?: WriteMore): Promise<'written' | 'lost'>;
}
