import { type Money, money, subtract } from '../kit/money.ts';
import type { ProblemCode } from '../kit/problem.ts';
import { type CallbackType, entrance, type PaymentState } from './attempt-state.ts';

/** One attempt to pay an order. Nothing personal: who pays is an id, how is the provider's token, dropped once used. */
export type Payment = {
  readonly payment_id: string;
  readonly order_id: string;
  readonly user_id: string;
  readonly state: PaymentState;
  /** Raised by every write. */
  readonly version: number;
  /** Raised by every claim. */
  readonly fence: number;
  readonly claimed_by?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
  /** Of the request that made it: the stored answer carries it, whoever writes it. */
  readonly request_id: string;
  /** The idempotency record that waits for this attempt's final answer. */
  readonly record_id: string;
  readonly payment_method_token?: string | undefined;
  /** From the lease; the client never says it. */
  readonly amount?: Money | undefined;
  /** The provider's own id of the authorisation. */
  readonly reference?: string | undefined;
  readonly refusal?: ProblemCode | undefined;
  /** Number of the last callback made, and of the last one that the order acknowledged. */
  readonly seq: number;
  readonly delivered_seq: number;
  /** Σ of all refunds accepted, done or not. */
  readonly refunded_minor: number;
  readonly refund_count: number;
  readonly pending_refunds: number;
  /** Turns in a row that came to nothing, and since when (epoch milliseconds). */
  readonly failures: number;
  readonly failing_since?: number | undefined;
  readonly needs_attention?: string | undefined;
};

/** A callback to be delivered: exactly the body that order-service gets. */
export type Callback = {
  readonly event_id: string;
  readonly payment_id: string;
  readonly order_id: string;
  readonly seq: number;
  readonly type: CallbackType;
  readonly amount_minor: number;
  readonly currency: string;
  readonly occurred_at: string;
  readonly refund_id?: string | undefined;
};

export type Refund = {
  readonly refund_id: string;
  readonly payment_id: string;
  readonly number: number;
  readonly amount: Money;
  readonly state: 'pending' | 'succeeded' | 'refused';
  readonly reason?: string | undefined;
  readonly accepted_at: string;
};

/** One atomic write: the attempt as it was read, as it becomes, and what goes with it. */
export type Change = {
  readonly before: Payment;
  readonly after: Payment;
  readonly callback?: Callback;
  readonly refund?: Refund;
  readonly frees?: true;
};

/** What of a captured amount may still be refunded; `undefined` while the amount is not known. */
export const refundable = (payment: Payment): Money | undefined =>
  payment.amount && subtract(payment.amount, money(payment.refunded_minor, payment.amount.currency));

/** Whether anything is left to do without being asked. */
export const hasWork = (payment: Payment): boolean =>
  payment.delivered_seq < payment.seq || payment.pending_refunds > 0 || entrance(payment.state).works !== undefined;

/** A refund that payment-service itself begins; the order's own ids have the form `ref:<order>:<n>`. */
export const ownRefundId = (payment: Payment): string => `ref:${payment.payment_id}:${payment.refund_count + 1}`;
