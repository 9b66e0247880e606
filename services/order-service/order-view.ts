import { z } from 'zod';
import { isoTime } from '../kit/clock.ts';
import { moneySchema, timeSchema } from '../kit/schemas.ts';
import { clientState, type Order, orderStates } from './order.ts';

const states = orderStates.map(clientState) as [string, ...string[]];

/** A line of an order or of a cart. */
export const lineSchema = z.object({
  product_id: z.string(),
  title: z.string(),
  quantity: z.int(),
  unit_price: moneySchema,
  line_total: moneySchema,
});

/** An order as its owner sees it. */
export const orderSchema = z.object({
  order_id: z.string(),
  state: z.enum(states),
  items: z.array(lineSchema),
  total: moneySchema,
  shipping_address: z.object({
    recipient: z.string(),
    line1: z.string(),
    line2: z.string().optional(),
    city: z.string(),
    region: z.string(),
    postal_code: z.string(),
    country: z.string(),
  }),
  created_at: timeSchema,
  reservation_expires_at: timeSchema.nullable(),
  payment: z.object({ payment_id: z.string(), state: z.string() }).nullable(),
  refunded: moneySchema,
  reason: z.string().nullable(),
  version: z.int(),
});
export type OrderView = z.infer<typeof orderSchema>;

/** Renders an order for its owner. */
export function orderView(order: Order): OrderView {
  const amount = (minor: number) => ({ amount_minor: minor, currency: order.currency });
  return {
    order_id: order.order_id,
    state: clientState(order.state),
    items: order.lines.map((line) => ({
      product_id: line.product_id,
      title: line.title,
      quantity: line.quantity,
      unit_price: amount(line.unit_minor),
      line_total: amount(line.line_minor),
    })),
    total: amount(order.total_minor),
    shipping_address: order.shipping_address,
    created_at: isoTime(order.created_at),
    reservation_expires_at: order.reservation_expires_at === undefined ? null : isoTime(order.reservation_expires_at),
    payment: order.holder ? { payment_id: order.holder.payment_id, state: order.holder.state } : null,
    refunded: amount(order.refunded_minor),
    reason: order.reason ?? null,
    version: order.version,
  };
}
