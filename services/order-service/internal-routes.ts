import { z } from 'zod';
import { isoTime } from '../kit/clock.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { moneySchema, pathIdSchema, timeSchema } from '../kit/schemas.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { paymentEventSchema } from './clients.http.ts';
import { clientState } from './order.ts';
import type { createPaymentCallback } from './payment-callback.ts';
import type { createPaymentLease } from './payment-lease.ts';
import type { Saga } from './saga.ts';
import type { OrderStore } from './store.ts';

const orderParams = z.strictObject({ order_id: pathIdSchema });

export type InternalRouteParts = {
  readonly store: OrderStore;
  readonly saga: Saga;
  readonly paymentLease: ReturnType<typeof createPaymentLease>;
  readonly paymentCallback: ReturnType<typeof createPaymentCallback>;
  readonly kick: (orderId: string) => void;
};

/** What payment-service asks; the gateway relays none of it. */
export function internalRoutes({
  store,
  saga,
  paymentLease,
  paymentCallback,
  kick,
}: InternalRouteParts): readonly Route[] {
  /** PAID → REFUND_PENDING for the whole rest; the refund's id is fixed by that write and replayed from then on. */
  async function startRefund(
    orderId: string,
    paymentId: string,
  ): Promise<{ state: string; refund_id: string } | Problem> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const order = await store.load(orderId);
      if (!order || order.holder?.payment_id !== paymentId) return problem('not_found', 'There is no such payment.');
      if (order.state === 'REFUND_PENDING' || order.state === 'REFUNDED')
        return { state: clientState(order.state), refund_id: order.refund?.refund_id ?? '' };
      if (order.state !== 'PAID') return problem('not_refundable', `The order is ${clientState(order.state)}.`);
      const applied = await saga.apply(order, { type: 'refund_asked', note: undefined });
      if (applied.kind !== 'saved') continue;
      kick(orderId);
      return { state: clientState(applied.order.state), refund_id: applied.order.refund?.refund_id ?? '' };
    }
    throw new Unavailable('order-service', 'the order kept changing');
  }

  return [
    route({
      method: 'POST',
      path: '/internal/orders/:order_id/payment-lease',
      summary: 'Let one payment attempt have the order for a minute',
      access: { services: ['payment-service'] },
      params: orderParams,
      body: z.strictObject({ payment_id: z.string().min(1).max(100), user_id: z.string().min(1).max(100) }),
      answers: {
        200: z.object({ order_id: z.string(), payment_id: z.string(), amount: moneySchema, lease_until: timeSchema }),
      },
      problems: ['payment_in_progress', 'order_expired', 'order_not_payable'],
      async handle({ params, body }) {
        const lease = await paymentLease(params.order_id, body.payment_id, body.user_id);
        if (lease.kind === 'problem') return lease;
        const { order_id, total_minor, currency } = lease.order;
        return reply(200, {
          order_id,
          payment_id: body.payment_id,
          amount: { amount_minor: total_minor, currency },
          lease_until: isoTime(lease.until),
        });
      },
    }),
    route({
      method: 'PUT',
      path: '/orders/:order_id/status',
      summary: 'Take a payment callback and say what to do with the attempt',
      access: { services: ['payment-service'] },
      params: orderParams,
      body: paymentEventSchema,
      answers: { 200: z.object({ state: z.string(), verdict: z.enum(['capture', 'void', 'none']) }) },
      problems: [],
      async handle({ params, body }) {
        const answer = await paymentCallback(params.order_id, body);
        if (answer.kind === 'problem') return answer;
        return reply(200, { state: clientState(answer.order.state), verdict: answer.verdict });
      },
    }),
    route({
      method: 'POST',
      path: '/internal/orders/:order_id/refund',
      summary: 'Start the refund of the whole order',
      access: { services: ['payment-service'] },
      params: orderParams,
      body: z.strictObject({ payment_id: z.string().min(1).max(100), reason: z.string().max(300).optional() }),
      answers: { 200: z.object({ state: z.string(), refund_id: z.string() }) },
      problems: ['not_refundable'],
      async handle({ params, body }) {
        const started = await startRefund(params.order_id, body.payment_id);
        return 'kind' in started ? started : reply(200, started);
      },
    }),
  ];
}
