import { z } from 'zod';
import { idSchema, moneySchema, timeSchema } from '../kit/schemas.ts';
import { paymentStates } from './attempt-state.ts';
import { hasCardNumber } from './card-number.ts';

const noCardNumber = 'Must not contain a card number; send only a token of the payment provider.';

/**
 * The one text field of a payment: every other string in a body has a form that no card number fits, or is unknown and refused.
 * The form of an id is exempt, since digits of a UUID may pass the Luhn check by chance.
 */
const token = z
  .string()
  .regex(/^pm_[A-Za-z0-9_-]{1,120}$/, 'Must be a token of the payment provider.')
  .refine((text) => !hasCardNumber(text), noCardNumber);

export const paymentBody = z.strictObject({ order_id: idSchema('order'), payment_method_token: token });

export const refundBody = z.strictObject({
  amount: moneySchema.refine(({ amount_minor }) => amount_minor > 0, 'Must be more than nothing.').optional(),
  reason: z
    .string()
    .min(1)
    .max(300)
    .refine((text) => !hasCardNumber(text), noCardNumber)
    .optional(),
});

export const paymentAnswer = z.strictObject({
  payment_id: z.string(),
  order_id: z.string(),
  state: z.enum(paymentStates),
  amount: moneySchema.nullable(),
  created_at: timeSchema,
});

export const paymentDetails = paymentAnswer.extend({ refunded: moneySchema.nullable() });

/** `pending` until the provider has settled it. */
export const refundState = z.enum(['pending', 'succeeded', 'refused']);

export const refundAnswer = z.strictObject({
  refund_id: z.string(),
  payment_id: z.string(),
  amount: moneySchema,
  state: refundState,
});
