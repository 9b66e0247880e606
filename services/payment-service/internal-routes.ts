import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { pathIdSchema } from '../kit/schemas.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { AcceptRefund } from './accept-refund.ts';
import { finalAnswer } from './answers.ts';
import { change } from './change.ts';
import { internalPayment, orderRefundAnswer, orderRefundBody } from './internal-bodies.ts';
import { refundForOrder } from './order-refund.ts';
import { noSuchPayment } from './replies.ts';
import type { PaymentStore } from './store.ts';

export type InternalRouteParts = {
  readonly store: PaymentStore;
  readonly accept: AcceptRefund;
  readonly clock: Clock;
};

const params = z.strictObject({ payment_id: pathIdSchema });
const access = { services: ['order-service'] } as const;

/** What order-service asks; the gateway relays none of it. */
export const internalRoutes = ({ store, accept, clock }: InternalRouteParts): readonly Route[] => [
  route({
    method: 'GET',
    path: '/internal/payments/:payment_id',
    summary: 'Where an attempt is, with its last callback',
    access,
    params,
    answers: { 200: internalPayment },
    problems: [],
    async handle({ params: { payment_id } }) {
      const payment = await store.payment(payment_id);
      if (!payment) return noSuchPayment();
      const { order_id, state, amount, seq } = payment;
      const latest = seq === 0 ? undefined : await store.callback(payment_id, seq);
      return reply(200, { payment_id, order_id, state, amount: amount ?? null, latest_event: latest ?? null });
    },
  }),

  route({
    method: 'POST',
    path: '/internal/payments/:payment_id/abandon',
    summary: 'End an attempt that has asked the provider for nothing; otherwise leave it',
    access,
    params,
    answers: { 200: z.strictObject({ state: z.string() }) },
    problems: [],
    async handle({ params: { payment_id } }) {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const payment = await store.payment(payment_id);
        if (!payment) return noSuchPayment();
        const made = change(payment, 'abandoned', clock.now(), { refusal: 'order_not_payable' });
        if (typeof made === 'string') return reply(200, { state: payment.state });
        if ((await store.write(made, { answer: finalAnswer(made) })) === 'written')
          return reply(200, { state: made.after.state });
      }
      throw new Unavailable('dynamodb', 'the payment kept changing');
    },
  }),

  route({
    method: 'POST',
    path: '/internal/orders/:order_id/refunds',
    summary: 'Refund an order, once per refund id',
    access,
    params: z.strictObject({ order_id: pathIdSchema }),
    body: orderRefundBody,
    answers: { 202: orderRefundAnswer },
    problems: ['not_refundable'],
    async handle({ params: { order_id }, body: { amount_minor, currency, ...asked } }) {
      const request = { ...asked, amount: { amount_minor, currency } };
      const accepted = await accept(asked.payment_id, refundForOrder(order_id, request));
      if ('refund' in accepted)
        return reply(202, { refund_id: accepted.refund.refund_id, state: accepted.refund.state });
      if (accepted.kind === 'unknown') return noSuchPayment();
      return problem('not_refundable', 'Nothing captured is left for this refund.');
    },
  }),
];
