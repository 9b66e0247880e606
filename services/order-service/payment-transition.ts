import { byCustomer, cancelled, move, refused, startRefund, type Transition } from './move.ts';
import { lastDecline, type Order } from './order.ts';
import type { PaymentFact } from './order-fact.ts';

/** What a fact about the payment that holds the order does to it; see transition.ts. */
export function paymentTransition(order: Order, fact: PaymentFact, now: number): Transition {
  const { state } = order;
  switch (fact.type) {
    case 'authorized': {
      if (state !== 'PAYING' || !order.holder) return refused;
      const voiding = order.cancel_requested || !fact.committed;
      const holder = {
        ...order.holder,
        seq: fact.seq,
        state: voiding ? ('voiding' as const) : ('authorized' as const),
      };
      return move(order, now, {
        to: voiding ? 'VOIDING' : 'CAPTURING',
        set: { holder, ...(voiding ? { reason: order.reason ?? 'stock_lost' } : {}) },
        step: voiding ? 'payment_voiding' : 'stock_committed',
        service: voiding ? 'order-service' : 'product-service',
        cause: voiding ? (order.cancel_requested ? 'cancel_requested' : 'stock_lost') : 'payment_authorized',
      });
    }

    case 'not_paid': {
      if (state !== 'PAYING' || !order.holder) return refused;
      const declines = order.declines + (fact.how === 'declined' ? 1 : 0);
      const set = {
        declines,
        holder: undefined,
        closed_payment_ids: [...order.closed_payment_ids, order.holder.payment_id],
      };
      if (order.cancel_requested || declines >= lastDecline) {
        const reason = order.cancel_requested ? order.reason : 'payment_declined';
        const last = cancelled({ ...order, reason }, 'cancelled', reason);
        return move(order, now, { ...last, set: { ...set, ...last.set } });
      }
      return move(order, now, {
        to: 'AWAITING_PAYMENT',
        set,
        step: `payment_${fact.how}`,
        service: 'payment-service',
        cause: order.holder.payment_id,
        ...(fact.how === 'declined' ? { announce: 'order.payment_failed' as const } : {}),
      });
    }

    case 'captured':
      if (!order.holder) return refused;
      if (state === 'CAPTURING') {
        const holder = { ...order.holder, seq: fact.seq, state: 'captured' as const };
        const paid = move(order, now, {
          to: 'PAID',
          set: { holder },
          step: 'paid',
          service: 'payment-service',
          cause: holder.payment_id,
          announce: 'order.paid',
        });
        if (!order.cancel_requested || paid.kind === 'refused') return paid;
        // One write: the payment is announced, and the refund that the customer asked for starts with it.
        const refund = startRefund(paid.order, byCustomer, undefined);
        return { ...paid, order: { ...paid.order, ...refund.set, state: 'REFUND_PENDING' } };
      }
      // Money moved for stock that was never committed: give it back.
      if (state === 'PAYING')
        return move(order, now, {
          to: 'VOIDING',
          set: { holder: { ...order.holder, seq: fact.seq, state: 'voiding' }, reason: 'captured_without_stock' },
          step: 'payment_voiding',
          cause: 'captured_without_stock',
        });
      return refused;

    case 'capture_refused':
      if ((state !== 'CAPTURING' && state !== 'PAYING') || !order.holder) return refused;
      return move(order, now, {
        to: 'VOIDING',
        set: {
          holder: { ...order.holder, seq: fact.seq, state: 'voiding' },
          reason: order.reason ?? 'capture_refused',
        },
        step: 'capture_refused',
        service: 'payment-service',
        cause: order.holder.payment_id,
      });

    case 'money_back':
      if (!order.holder || (state !== 'VOIDING' && state !== 'CAPTURING' && state !== 'PAYING')) return refused;
      return move(order, now, {
        to: 'VOIDING',
        set: { holder: { ...order.holder, seq: fact.seq, state: fact.how }, reason: order.reason ?? 'payment_voided' },
        step: `payment_${fact.how}`,
        service: 'payment-service',
        cause: order.holder.payment_id,
      });

    case 'refunded': {
      if ((state !== 'PAID' && state !== 'REFUND_PENDING') || !order.holder) return refused;
      const holder = { ...order.holder, seq: fact.seq };
      const refundedMinor = order.refunded_minor + fact.amountMinor;
      if (refundedMinor > order.total_minor) return refused;
      const whole = refundedMinor === order.total_minor;
      if (!whole && order.refund?.refund_id !== fact.refundId)
        return move(order, now, {
          set: { holder, refunded_minor: refundedMinor },
          step: 'partly_refunded',
          service: 'payment-service',
          cause: fact.refundId,
          announce: 'order.refunded',
          refundMinor: fact.amountMinor,
        });
      return move(order, now, {
        to: 'REFUND_PENDING',
        set: {
          holder: { ...holder, state: 'refunded' },
          refunded_minor: refundedMinor,
          refund: { refund_id: fact.refundId, amount_minor: fact.amountMinor, confirmed: true },
        },
        step: 'money_refunded',
        service: 'payment-service',
        cause: fact.refundId,
      });
    }

    default:
      return fact satisfies never;
  }
}
