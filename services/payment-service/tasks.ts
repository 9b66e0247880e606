import type { Clock } from '../kit/clock.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { Money } from '../kit/money.ts';
import { entrance, type PaymentEvent } from './attempt-state.ts';
import { deliverCallback, type Outcome } from './callbacks.ts';
import { change, type Details } from './change.ts';
import type { Orders } from './clients.ts';
import type { Payment } from './payment.ts';
import { type Provider, settle } from './provider.ts';
import { refundSettled } from './refund.ts';
import type { PaymentStore } from './store.ts';

/** Something that an attempt waits for. */
export type Task = 'callback' | 'lease' | 'authorize' | 'capture' | 'void' | 'refund';

export type TaskParts = {
  readonly store: PaymentStore;
  readonly orders: Orders;
  readonly provider: Provider;
  readonly clock: Clock;
};

/** What is to be done for an attempt now; one that has to wait does not hold up the others. */
export function tasksOf(payment: Payment): readonly Task[] {
  const { works } = entrance(payment.state);
  return [
    ...(payment.delivered_seq < payment.seq ? (['callback'] as const) : []),
    ...(works ? [works] : []),
    ...(payment.pending_refunds > 0 ? (['refund'] as const) : []),
  ];
}

/**
 * Does one task up to the change that it leads to; safe to repeat, since each has a natural key. `isFirst` says that nothing can
 * have been asked for it before. Throws `Unavailable` when no definite answer was had.
 */
export async function perform(parts: TaskParts, task: Task, payment: Payment, isFirst: boolean): Promise<Outcome> {
  const { provider, clock } = parts;
  const { payment_id: id } = payment;
  const to = (event: PaymentEvent, details?: Details): Outcome => {
    const made = change(payment, event, clock.now(), details);
    return typeof made === 'string'
      ? { kind: 'later', attention: `${event}_impossible` }
      : { kind: 'change', change: made };
  };

  switch (task) {
    case 'callback':
      return deliverCallback(parts, payment);

    case 'lease': {
      const lease = await parts.orders.lease(payment);
      if (lease.kind === 'refused') return to('abandoned', { refusal: lease.code });
      // Only a courtesy between clocks: what stops a late charge is that abandoning and authorising exclude each other.
      if (lease.until <= clock.now()) return to('abandoned', { refusal: 'order_not_payable' });
      return to('lease_granted', { amount: lease.amount });
    }

    case 'authorize': {
      const token = known(payment.payment_method_token, 'token', id);
      const request = {
        kind: 'authorize',
        key: id,
        amount: amountOf(payment),
        orderId: payment.order_id,
        token,
      } as const;
      const operation = await settle(provider, request, isFirst);
      await crashpoint('payment.after_authorize');
      if (operation.state === 'pending') return { kind: 'later' };
      if (operation.state === 'refused') return to('declined');
      return to('authorized', { reference: known(operation.reference, 'reference', id) });
    }

    case 'capture': {
      const request = { kind: 'capture', key: `cap:${id}`, ...referred(payment) } as const;
      const operation = await settle(provider, request, isFirst);
      await crashpoint('payment.after_capture');
      if (operation.state === 'pending') return { kind: 'later' };
      return to(operation.state === 'refused' ? 'capture_refused' : 'captured');
    }

    case 'void': {
      const operation = await settle(provider, { kind: 'void', key: `void:${id}`, ...referred(payment) }, isFirst);
      if (operation.state === 'pending') return { kind: 'later' };
      if (operation.state === 'succeeded') return to('voided');
      if (operation.reason === 'already_captured') return to('captured');
      return { kind: 'later', attention: 'void_refused' };
    }

    case 'refund': {
      const refund = (await parts.store.refunds(id)).find((one) => one.state === 'pending');
      if (!refund) throw new Error(`payment ${id} lacks its pending refund`);
      const { reference } = referred(payment);
      const request = { kind: 'refund', key: refund.refund_id, reference, amount: refund.amount } as const;
      const operation = await settle(provider, request, false);
      await crashpoint('payment.after_refund');
      if (operation.state === 'pending') return { kind: 'later' };
      return { kind: 'change', change: refundSettled(payment, refund, operation.state, clock.now()) };
    }

    default:
      return task satisfies never;
  }
}

const amountOf = (payment: Payment): Money => known(payment.amount, 'amount', payment.payment_id);

const referred = (payment: Payment) => ({
  amount: amountOf(payment),
  reference: known(payment.reference, 'reference', payment.payment_id),
});

function known<T>(value: T | undefined, what: string, paymentId: string): T {
  if (value === undefined) throw new Error(`payment ${paymentId} lacks its ${what}`);
  return value;
}
