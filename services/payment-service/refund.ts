import type { Money } from '../kit/money.ts';
import { change, progressed, withCallback, withRefund } from './change.ts';
import { type Change, type Payment, type Refund, refundable } from './payment.ts';

/** `id` is the provider's idempotency key too. */
export type RefundRequest = { readonly id: string; readonly amount: Money; readonly reason?: string | undefined };

/** Accepts a refund within what is left of the captured amount; the whole rest moves the attempt to `refunding`. */
export function refundAccepted(
  before: Payment,
  refund: RefundRequest,
  nowMs: number,
): (Change & { readonly refund: Refund }) | 'not_refundable' | 'too_much' {
  const rest = refundable(before);
  if (before.state !== 'captured' || !rest || rest.currency !== refund.amount.currency) return 'not_refundable';
  if (refund.amount.amount_minor > rest.amount_minor) return 'too_much';
  const isAll = refund.amount.amount_minor === rest.amount_minor;
  const made = isAll ? change(before, 'refund_accepted', nowMs) : { before, after: progressed(before, nowMs) };
  return typeof made === 'string' ? 'not_refundable' : withRefund(made, refund.id, refund.amount, refund.reason, nowMs);
}

/**
 * The provider settled a refund. One that it refuses for good keeps its share of the cap and is told to nobody: a person
 * decides what becomes of it.
 */
export function refundSettled(before: Payment, refund: Refund, state: 'succeeded' | 'refused', nowMs: number): Change {
  const pending_refunds = before.pending_refunds - 1;
  const counted = { ...progressed(before, nowMs), pending_refunds };
  if (state === 'refused')
    return { before, after: { ...counted, needs_attention: 'refund_refused' }, refund: { ...refund, state } };
  const isLast = before.state === 'refunding' && pending_refunds === 0 && !counted.needs_attention;
  const made = isLast ? change(before, 'refund_finished', nowMs) : { before, after: counted };
  if (typeof made === 'string') throw new Error(`payment ${before.payment_id} cannot finish its refunds: ${made}`);
  const settled = { ...made, after: { ...made.after, pending_refunds }, refund: { ...refund, state } };
  return withCallback(settled, 'refunded', refund.amount, nowMs, refund.refund_id);
}
