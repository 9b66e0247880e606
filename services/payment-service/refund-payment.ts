import type { Clock } from '../kit/clock.ts';
import { fingerprintOf, idempotencyLifetimeSeconds, idempotencyRecordId, judgeKey } from '../kit/idempotency.ts';
import type { Money } from '../kit/money.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { AcceptRefund, Refusal } from './accept-refund.ts';
import type { Orders } from './clients.ts';
import { type Payment, type Refund, refundable } from './payment.ts';
import type { RefundRequest } from './refund.ts';
import type { FinalAnswer, PaymentStore } from './store.ts';

/** What an administrator asks for; without an amount everything that is left. */
export type AskedRefund = {
  readonly userId: string;
  readonly paymentId: string;
  readonly key: string;
  readonly amount?: Money | undefined;
  readonly reason?: string | undefined;
};

export type Refunded =
  | { readonly kind: 'answered'; readonly answer: FinalAnswer; readonly isReplay: boolean }
  | { readonly kind: 'key_reused' }
  | Refusal;

/** A refund as the administrator sees it. */
export const refundView = ({ refund_id, payment_id, amount, state }: Refund) => ({
  refund_id,
  payment_id,
  amount,
  state,
});

const answerOf = (refund: Refund): FinalAnswer => ({ status: 201, body: JSON.stringify(refundView(refund)) });

/**
 * Refunds on an administrator's behalf, once per key. What returns all that is left begins at the order, which fixes the refund's
 * id; a part is ours alone. Throws `Unavailable` when the order or the store cannot be asked.
 */
export function createRefundPayment(parts: {
  readonly store: PaymentStore;
  readonly orders: Orders;
  readonly accept: AcceptRefund;
  readonly clock: Clock;
}) {
  const { store, orders, accept, clock } = parts;

  const decide =
    ({ amount, reason, paymentId }: AskedRefund, recordId: string) =>
    async (payment: Payment): Promise<RefundRequest | Refusal> => {
      const rest = refundable(payment);
      if (!rest || (payment.state !== 'captured' && payment.state !== 'refunding')) return { kind: 'not_refundable' };
      if (amount && amount.currency !== rest.currency) return { kind: 'too_much' };
      // Named after its key: the same request finds its own refund again, and no other one's.
      if (amount && amount.amount_minor !== rest.amount_minor)
        return { id: `ref:${paymentId}:${recordId.slice(0, 32)}`, amount, reason };
      const started = await orders.refundAll(payment, reason ?? 'refunded by an administrator');
      return started.kind === 'refused' ? { kind: 'not_refundable' } : { id: started.refundId, amount: rest, reason };
    };

  return async function refundPayment(asked: AskedRefund): Promise<Refunded> {
    const route = `/payments/${asked.paymentId}/refund`;
    const recordId = idempotencyRecordId(asked.userId, route, asked.key);
    const fingerprint = fingerprintOf('POST', route, { amount: asked.amount ?? null, reason: asked.reason ?? null });
    const recordOf = (refund: Refund) => ({
      id: recordId,
      record: {
        fingerprint,
        state: 'done' as const,
        resource_id: refund.refund_id,
        expires_at: Math.floor(clock.now() / 1000) + idempotencyLifetimeSeconds,
        ...answerOf(refund),
      },
    });

    for (let attempt = 0; attempt < 3; attempt += 1) {
      const verdict = judgeKey(await store.record(recordId), fingerprint, clock.now());
      if (verdict.kind === 'reused') return { kind: 'key_reused' };
      if (verdict.kind === 'replay') return { kind: 'answered', answer: verdict, isReplay: true };
      const accepted = await accept(asked.paymentId, decide(asked, recordId), recordOf);
      if (accepted.kind === 'key_taken') continue;
      if (!('refund' in accepted)) return accepted;
      return { kind: 'answered', answer: answerOf(accepted.refund), isReplay: false };
    }
    throw new Unavailable('dynamodb', 'the key kept changing');
  };
}
