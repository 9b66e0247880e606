import { z } from 'zod';
import { idPattern } from '../kit/ids.ts';

/** What happens to an order, as everybody outside order-service may know it. */
export const orderEventTypes = [
  'order.created',
  'order.rejected',
  'order.placed',
  'order.payment_failed',
  'order.paid',
  'order.cancelled',
  'order.expired',
  'order.refunded',
] as const;
export type OrderEventType = (typeof orderEventTypes)[number];

/** Why, as a code: a sentence that a customer wrote would carry personal data out of the order table. */
export const orderEventReasons = [
  'insufficient_stock',
  'not_paid_in_time',
  'payment_declined',
  'payment_voided',
  'stock_lost',
  'capture_refused',
  'captured_without_stock',
  'on_request',
] as const;
export type OrderEventReason = (typeof orderEventReasons)[number];

const amount = z.int().min(0);

const line = z.strictObject({
  product_id: z.string().regex(idPattern('product')),
  quantity: z.int().min(1),
  unit_minor: amount,
  line_minor: amount,
});

const data = z.strictObject({
  order_id: z.string().regex(idPattern('order')),
  seq: z.int().min(1).meta({ description: 'Counts the events of this order from 1 without a gap' }),
  state: z.enum([
    'created',
    'rejected',
    'awaiting_payment',
    'paying',
    'capturing',
    'paid',
    'voiding',
    'cancelled',
    'expired',
    'refund_pending',
    'refunded',
  ]),
  user_id: z.string().regex(idPattern('user')),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .meta({ description: 'ISO 4217; all amounts are its minor units' }),
  total_minor: amount,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .meta({ description: 'Where it is shipped to, ISO 3166-1 alpha-2' }),
  lines: z.array(line).min(1),
  payment_id: z.string().regex(idPattern('payment')).optional(),
  refund_minor: amount.optional().meta({ description: 'What this refund gave back' }),
  reason: z.enum(orderEventReasons).optional(),
});

export const orderEventDataSchema = 'urn:ecommerce:schema:order-event:v1';

/**
 * Version 1 of the events on `orders.v1`: CloudEvents 1.0 in JSON, keyed by the order's id. It may gain optional fields and
 * types, nothing else; for anything else make a version 2 on a topic of its own. It has no place for a name or an address.
 */
export const orderEventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .regex(new RegExp(`${idPattern('order').source.slice(0, -1)}:[1-9][0-9]*$`))
      .meta({ description: '<order_id>:<seq>, the same however often the event is published' }),
    source: z.literal('/order-service'),
    type: z.enum(orderEventTypes),
    subject: z.string().regex(idPattern('order')),
    time: z.iso.datetime({ precision: 3 }),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(orderEventDataSchema),
    traceparent: z
      .string()
      .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
      .optional(),
    data,
  })
  .refine((event) => event.subject === event.data.order_id && event.id === `${event.subject}:${event.data.seq}`, {
    message: 'id and subject must be those of the order and sequence in data',
  });

export type OrderEvent = z.infer<typeof orderEventSchema>;
export type OrderEventState = OrderEvent['data']['state'];

/** What an event is made of. `time` is UTC ISO-8601 with milliseconds; of a line, fields that are not published are left out. */
export type OrderEventInput = {
  readonly type: OrderEventType;
  readonly time: string;
  readonly traceparent?: string | undefined;
  readonly order_id: string;
  readonly seq: number;
  readonly state: OrderEventState;
  readonly user_id: string;
  readonly currency: string;
  readonly total_minor: number;
  readonly country: string;
  readonly lines: readonly {
    readonly product_id: string;
    readonly quantity: number;
    readonly unit_minor: number;
    readonly line_minor: number;
  }[];
  readonly payment_id?: string | undefined;
  readonly refund_minor?: number | undefined;
  /** A code of `orderEventReasons`; any other text becomes `on_request` and stays where it is. */
  readonly reason?: string | undefined;
};

/** Makes the event; the same input gives the same bytes. Throws a ZodError when it would not validate: a defect. */
export function makeOrderEvent(input: OrderEventInput): OrderEvent {
  return orderEventSchema.parse({
    specversion: '1.0',
    id: `${input.order_id}:${input.seq}`,
    source: '/order-service',
    type: input.type,
    subject: input.order_id,
    time: input.time,
    datacontenttype: 'application/json',
    dataschema: orderEventDataSchema,
    ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
    data: {
      order_id: input.order_id,
      seq: input.seq,
      state: input.state,
      user_id: input.user_id,
      currency: input.currency,
      total_minor: input.total_minor,
      country: input.country,
      lines: input.lines.map(({ product_id, quantity, unit_minor, line_minor }) => ({
        product_id,
        quantity,
        unit_minor,
        line_minor,
      })),
      ...(input.payment_id === undefined ? {} : { payment_id: input.payment_id }),
      ...(input.refund_minor === undefined ? {} : { refund_minor: input.refund_minor }),
      ...(input.reason === undefined ? {} : { reason: reasonCode(input.reason) }),
    },
  });
}

const reasonCode = (text: string): OrderEventReason => orderEventReasons.find((code) => code === text) ?? 'on_request';
