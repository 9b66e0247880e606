import { z } from 'zod';
import type { Principal } from '../kit/access.ts';
import { newId } from '../kit/ids.ts';
import { money } from '../kit/money.ts';
import { currentContext } from '../kit/request-context.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { pathIdSchema } from '../kit/schemas.ts';
import { paymentView } from './answers.ts';
import { paymentAnswer, paymentBody, paymentDetails, refundAnswer, refundBody } from './bodies.ts';
import { type InternalRouteParts, internalRoutes } from './internal-routes.ts';
import type { createMakePayment } from './make-payment.ts';
import type { Payment } from './payment.ts';
import type { createRefundPayment } from './refund-payment.ts';
import { madeReply, noSuchPayment, refundReply } from './replies.ts';

export type PaymentRouteParts = InternalRouteParts & {
  readonly makePayment: ReturnType<typeof createMakePayment>;
  readonly refundPayment: ReturnType<typeof createRefundPayment>;
};

/** A payment is decided within this time or answered with 202, in milliseconds; less when the caller's deadline is nearer. */
const answerWithinMs = 2_500;
const deadlineMarginMs = 100;

const paymentParams = z.strictObject({ payment_id: pathIdSchema });

/** Every operation of the service. */
export const paymentRoutes = (parts: PaymentRouteParts): readonly Route[] => [
  route({
    method: 'POST',
    path: '/payments',
    summary: 'Pay an order with a token of the payment provider',
    access: { user: 'any' },
    idempotencyKey: 'required',
    body: paymentBody,
    answers: { 201: paymentAnswer, 202: paymentAnswer },
    problems: ['payment_declined', 'payment_in_progress', 'order_expired', 'order_not_payable', 'not_found'],
    async handle({ body, principal, idempotencyKey }) {
      const context = currentContext();
      const made = await parts.makePayment({
        userId: userOf(principal),
        orderId: body.order_id,
        token: body.payment_method_token,
        key: idempotencyKey,
        requestId: context?.requestId ?? newId('request'),
        answerBy: Math.min(
          performance.now() + answerWithinMs,
          (context?.deadline ?? Number.POSITIVE_INFINITY) - deadlineMarginMs,
        ),
      });
      return madeReply(made);
    },
  }),

  route({
    method: 'GET',
    path: '/payments/:payment_id',
    summary: 'Read a payment',
    access: { user: 'any' },
    params: paymentParams,
    answers: { 200: paymentDetails },
    problems: [],
    async handle({ params, principal }) {
      const payment = await parts.store.payment(params.payment_id);
      if (!payment || !maySee(principal, payment)) return noSuchPayment();
      const { amount, refunded_minor } = payment;
      const refunded = amount ? money(refunded_minor, amount.currency) : null;
      return reply(200, { ...paymentView(payment), refunded });
    },
  }),

  route({
    method: 'POST',
    path: '/payments/:payment_id/refund',
    summary: 'Refund a captured payment, whole or in part',
    access: { user: 'admin' },
    idempotencyKey: 'required',
    params: paymentParams,
    body: refundBody,
    bodyMayBeEmpty: true,
    answers: { 201: refundAnswer },
    problems: ['not_refundable'],
    async handle({ params, body, principal, idempotencyKey }) {
      const userId = userOf(principal);
      return refundReply(
        await parts.refundPayment({ userId, paymentId: params.payment_id, key: idempotencyKey, ...body }),
      );
    },
  }),

  ...internalRoutes(parts),
];

function userOf(principal: Principal): string {
  if (principal.kind !== 'user') throw new Error('a route for users let somebody else in');
  return principal.userId;
}

const maySee = (principal: Principal, payment: Payment): boolean =>
  principal.kind === 'user' && (principal.userId === payment.user_id || principal.roles.includes('admin'));
