import { z } from 'zod';
import { orderEventSchema } from '../order-service/events.ts';

const { data } = orderEventSchema.shape;

/** What is read of an event. Types, reasons, states and fields that a later publisher adds must not stop this consumer. */
const incomingSchema = z.object({
  ...orderEventSchema.shape,
  type: z.string(),
  data: z.object({
    ...data.shape,
    state: z.string(),
    reason: z.string().optional(),
    lines: z.array(z.object(data.shape.lines.element.shape)),
  }),
});
export type IncomingEvent = z.infer<typeof incomingSchema>;

export type Reading =
  | { readonly kind: 'event'; readonly event: IncomingEvent }
  /** It will never be readable; `reason` says where it is wrong and repeats nothing of it. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the value of a record, base64 as the event source hands it over; a record may have none. */
export function readEvent(value: string | null | undefined): Reading {
  if (!value) return { kind: 'unreadable', reason: 'the record has no value' };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
  } catch {
    return { kind: 'unreadable', reason: 'the value is not JSON' };
  }
  const parsed = incomingSchema.safeParse(json);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const fields = parsed.error.issues.map((issue) => `/${issue.path.map(String).join('/')}`);
  return { kind: 'unreadable', reason: `not an order event: ${[...new Set(fields)].slice(0, 5).join(', ')}` };
}
