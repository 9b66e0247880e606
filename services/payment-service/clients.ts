import { z } from 'zod';
import type { HttpClient } from '../kit/http-client.ts';
import type { Money } from '../kit/money.ts';
import { moneySchema } from '../kit/schemas.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Callback, Payment } from './payment.ts';

const refusals = ['not_found', 'payment_in_progress', 'order_expired', 'order_not_payable'] as const;

/** `until` in epoch milliseconds. */
export type Lease =
  | { readonly kind: 'granted'; readonly amount: Money; readonly until: number }
  | { readonly kind: 'refused'; readonly code: (typeof refusals)[number] };

/** `refused`: the order says that the callback cannot be its own; it is sent again all the same, with an alarm. */
export type Told =
  | { readonly kind: 'verdict'; readonly verdict: 'capture' | 'void' | 'none' }
  | { readonly kind: 'refused'; readonly status: number };

export type FullRefund = { readonly kind: 'started'; readonly refundId: string } | { readonly kind: 'refused' };

/** order-service. Everything throws `Unavailable` when there is no definite answer. */
export interface Orders {
  /** Asks to have the order for this attempt for a minute; the same attempt gets the same answer again. */
  lease(payment: Payment): Promise<Lease>;
  /** Delivers a callback. */
  tell(callback: Callback): Promise<Told>;
  /** Begins the refund of the whole rest: PAID → REFUND_PENDING, which fixes the refund's id. */
  refundAll(payment: Payment, reason: string): Promise<FullRefund>;
}

const leaseSchema = z.object({
  order_id: z.string(),
  payment_id: z.string(),
  amount: moneySchema,
  lease_until: z.iso.datetime(),
});
const refusalSchema = z.object({ code: z.enum(refusals) });
const toldSchema = z.object({ verdict: z.enum(['capture', 'void', 'none']) });
const refundSchema = z.object({ refund_id: z.string().min(1) });
const timeoutMs = 2_000;

const nonsense = (status: number) => new Unavailable('order-service', `an unexpected answer with status ${status}`);

/** order-service over HTTP. */
export function ordersOver(client: HttpClient): Orders {
  return {
    async lease({ payment_id, order_id, user_id }) {
      const path = `/internal/orders/${order_id}/payment-lease`;
      const { status, body } = await client.call({ method: 'POST', path, body: { payment_id, user_id }, timeoutMs });
      if (status === 404 || status === 409) {
        const refusal = refusalSchema.safeParse(body);
        if (refusal.success) return { kind: 'refused', code: refusal.data.code };
      }
      const lease = status === 200 ? leaseSchema.safeParse(body) : undefined;
      if (!lease?.success || lease.data.payment_id !== payment_id || lease.data.order_id !== order_id)
        throw nonsense(status);
      return { kind: 'granted', amount: lease.data.amount, until: Date.parse(lease.data.lease_until) };
    },

    async tell(callback) {
      const path = `/orders/${callback.order_id}/status`;
      const { status, body } = await client.call({ method: 'PUT', path, body: callback, timeoutMs });
      if (status >= 400) return { kind: 'refused', status };
      const told = toldSchema.safeParse(body);
      if (!told.success) throw nonsense(status);
      return { kind: 'verdict', verdict: told.data.verdict };
    },

    async refundAll({ order_id, payment_id }, reason) {
      const path = `/internal/orders/${order_id}/refund`;
      const { status, body } = await client.call({ method: 'POST', path, body: { payment_id, reason }, timeoutMs });
      if (status === 409 || status === 404) return { kind: 'refused' };
      const started = status === 200 ? refundSchema.safeParse(body) : undefined;
      if (!started?.success) throw nonsense(status);
      return { kind: 'started', refundId: started.data.refund_id };
    },
  };
}
