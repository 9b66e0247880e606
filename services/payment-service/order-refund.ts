import type { Money } from '../kit/money.ts';
import type { Refusal } from './accept-refund.ts';
import { type Payment, refundable } from './payment.ts';
import type { RefundRequest } from './refund.ts';

export type OrderRefund = {
  readonly refund_id: string;
  readonly payment_id: string;
  readonly amount: Money;
  readonly reason?: string | undefined;
};

/**
 * What the order asks to be refunded, but no more than is left: it may not have been told yet of a part that was refunded before,
 * and waits for the refund with this id, whatever its amount.
 */
export const refundForOrder =
  (orderId: string, { refund_id: id, amount, reason }: OrderRefund) =>
  async (payment: Payment): Promise<RefundRequest | Refusal> => {
    if (payment.order_id !== orderId) return { kind: 'unknown' };
    const rest = refundable(payment);
    const isMore =
      rest?.currency === amount.currency && rest.amount_minor > 0 && amount.amount_minor > rest.amount_minor;
    return { id, amount: isMore ? rest : amount, reason };
  };
