import { z } from 'zod';
import { moneySchema, timeSchema } from '../kit/schemas.ts';
import { paymentStates } from './attempt-state.ts';
import { refundState } from './bodies.ts';

export const orderRefundBody = z.strictObject({
  refund_id: z.string().min(1).max(200),
  payment_id: z.string().min(1).max(100),
  amount_minor: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  currency: z.string().regex(/^[A-Z]{3}$/),
  reason: z.string().max(300).optional(),
});

export const orderRefundAnswer = z.strictObject({ refund_id: z.string(), state: refundState });

export const internalPayment = z.strictObject({
  payment_id: z.string(),
  order_id: z.string(),
  state: z.enum(paymentStates),
  amount: moneySchema.nullable(),
  latest_event: z
    .strictObject({
      event_id: z.string(),
      payment_id: z.string(),
      order_id: z.string(),
      seq: z.int(),
      type: z.enum(['authorized', 'declined', 'captured', 'capture_refused', 'voided', 'refunded']),
      amount_minor: z.int(),
      currency: z.string(),
      occurred_at: timeSchema,
      refund_id: z.string().optional(),
    })
    .nullable(),
});
