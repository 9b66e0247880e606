import { isoTime } from '../kit/clock.ts';
import { add, type Money, money } from '../kit/money.ts';
import { type CallbackType, entrance, type PaymentEvent, transition } from './attempt-state.ts';
import { type Change, ownRefundId, type Payment, type Refund, refundable } from './payment.ts';

/** Facts that come with an event. */
export type Details = Partial<Pick<Payment, 'amount' | 'reference' | 'refusal' | 'delivered_seq'>>;

/** The attempt after an event, with the callback, refund and freed lock that belong to it; or why there is none. */
export function change(
  before: Payment,
  event: PaymentEvent,
  nowMs: number,
  details: Details = {},
): Change | 'same' | 'illegal' {
  const moved = transition(before.state, event);
  if (moved.kind !== 'moved') return moved.kind;
  const entering = entrance(moved.to);
  const after: Payment = {
    ...progressed(before, nowMs),
    ...details,
    state: moved.to,
    payment_method_token: moved.to === 'authorizing' ? before.payment_method_token : undefined,
  };
  const made: Change = { before, after, ...(entering.frees ? { frees: true as const } : {}) };
  if (moved.to === 'refunding' && event !== 'refund_accepted') {
    const rest = refundable(after);
    if (!rest) throw new Error(`payment ${before.payment_id} has no amount to refund`);
    return withRefund(made, ownRefundId(before), rest, event, nowMs);
  }
  return entering.tells ? withCallback(made, entering.tells, after.amount, nowMs) : made;
}

/** The order acknowledged the next callback with a verdict. */
export function acknowledged(before: Payment, verdict: 'capture' | 'void' | 'none', nowMs: number): Change | 'illegal' {
  const delivered_seq = before.delivered_seq + 1;
  const outcome = change(before, `verdict_${verdict}`, nowMs, { delivered_seq });
  return outcome === 'same' ? { before, after: { ...progressed(before, nowMs), delivered_seq } } : outcome;
}

/** The attempt after something went well: its failures are over, except a refusal that a person has to look at. */
export const progressed = (before: Payment, nowMs: number): Payment => ({
  ...before,
  version: before.version + 1,
  updated_at: isoTime(nowMs),
  failures: 0,
  failing_since: undefined,
  needs_attention: before.needs_attention === 'refund_refused' ? before.needs_attention : undefined,
});

/** The attempt after a turn that came to nothing. */
export const failed = (before: Payment, nowMs: number, attention?: string): Payment => ({
  ...before,
  version: before.version + 1,
  updated_at: isoTime(nowMs),
  failures: before.failures + 1,
  failing_since: before.failing_since ?? nowMs,
  needs_attention: before.needs_attention ?? attention,
});

/** Adds a refund of `amount` to a change, and counts it against the cap. */
export function withRefund(
  made: Change,
  id: string,
  amount: Money,
  reason: string | undefined,
  nowMs: number,
): Change & { readonly refund: Refund } {
  const { before, after } = made;
  const refund_count = after.refund_count + 1;
  const refunded_minor = add(money(after.refunded_minor, amount.currency), amount).amount_minor;
  return {
    ...made,
    after: { ...after, refund_count, pending_refunds: after.pending_refunds + 1, refunded_minor },
    refund: {
      refund_id: id,
      payment_id: before.payment_id,
      number: refund_count,
      amount,
      state: 'pending',
      reason,
      accepted_at: isoTime(nowMs),
    },
  };
}

/** Adds the next callback to a change. */
export function withCallback(
  made: Change,
  type: CallbackType,
  amount: Money | undefined,
  nowMs: number,
  refundId?: string,
): Change {
  const { payment_id, order_id } = made.before;
  if (!amount) throw new Error(`payment ${payment_id} has no amount to tell`);
  const seq = made.after.seq + 1;
  const body = { event_id: `${payment_id}:${seq}`, payment_id, order_id, seq, type, ...amount };
  return {
    ...made,
    after: { ...made.after, seq },
    callback: { ...body, occurred_at: isoTime(nowMs), ...(refundId ? { refund_id: refundId } : {}) },
  };
}
