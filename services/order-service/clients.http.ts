import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Answer, HttpClient } from '../kit/http-client.ts';
import { moneySchema } from '../kit/schemas.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Payments, Products, Users } from './clients.ts';

/** How long a "yes, this user is active" may be remembered: the only thing that lets an order in without asking. */
const yesForMs = 30_000;

/** An answer in the shape that was agreed; anything else is no answer. */
function read<T extends z.ZodType>(schema: T, answer: Answer, callee: string): z.infer<T> {
  const parsed = answer.status === 200 || answer.status === 202 ? schema.safeParse(answer.body) : undefined;
  if (!parsed?.success) throw new Unavailable(callee, `an unexpected answer with status ${answer.status}`);
  return parsed.data;
}

const userSchema = z.object({ user_id: z.string(), status: z.enum(['active', 'disabled']) });

/** Users over HTTP. */
export function usersOver(client: HttpClient): Users {
  const yes = new LRUCache<string, true>({ max: 50_000, ttl: yesForMs });
  return {
    async isActive(userId) {
      if (yes.has(userId)) return true;
      const answer = await client.call({
        method: 'GET',
        path: `/users/${encodeURIComponent(userId)}`,
        timeoutMs: 800,
        attempts: 2,
      });
      if (answer.status === 404) return false;
      const active = read(userSchema, answer, 'user-service').status === 'active';
      if (active) yes.set(userId, true);
      return active;
    },
  };
}

const quotesSchema = z.object({
  items: z.array(
    z.object({
      product_id: z.string(),
      title: z.string(),
      unit_price: moneySchema,
      price_version: z.int(),
      available: z.int(),
    }),
  ),
  missing: z.array(z.string()),
});
const shortageSchema = z.object({ product_id: z.string(), requested: z.int(), available: z.int() });
const holdSchema = z.object({
  outcome: z.string(),
  expires_at: z.iso.datetime().nullable(),
  shortages: z.array(shortageSchema),
});
const outcomeSchema = z.object({ outcome: z.string() });
const extendSchema = z.object({ outcome: z.string(), expires_at: z.iso.datetime().nullable() });

const epochMs = (time: string | null): number | undefined => (time === null ? undefined : Date.parse(time));

/** Stock and prices over HTTP. */
export function productsOver(client: HttpClient): Products {
  const reservation = (orderId: string) => `/internal/reservations/${orderId}`;
  return {
    async quote(items) {
      const call = { method: 'POST', path: '/internal/quotes', body: { items }, timeoutMs: 400, attempts: 2 } as const;
      return read(quotesSchema, await client.call(call), 'product-service');
    },
    async hold(orderId, lines, seconds) {
      const items = lines.map(({ product_id, quantity }) => ({ product_id, quantity }));
      const body = { items, ttl_seconds: seconds };
      const call = { method: 'PUT', path: reservation(orderId), body, timeoutMs: 800 } as const;
      const { outcome, expires_at, shortages } = read(holdSchema, await client.call(call), 'product-service');
      return { outcome, expiresAt: epochMs(expires_at), shortages };
    },
    async resolve(orderId, how) {
      const call = { method: 'POST', path: `${reservation(orderId)}/${how}`, timeoutMs: 800 } as const;
      return read(outcomeSchema, await client.call(call), 'product-service').outcome;
    },
    async extend(orderId, seconds) {
      const body = { for_seconds: seconds };
      const call = { method: 'POST', path: `${reservation(orderId)}/extend`, body, timeoutMs: 800 } as const;
      const { outcome, expires_at } = read(extendSchema, await client.call(call), 'product-service');
      return { outcome, expiresAt: epochMs(expires_at) };
    },
  };
}

/** A payment callback's body; also the form in which payment-service shows its last one. */
export const paymentEventSchema = z.strictObject({
  event_id: z.string().min(1).max(200),
  payment_id: z.string().min(1).max(100),
  order_id: z.string().min(1).max(100),
  seq: z.int().min(1),
  type: z.enum(['authorized', 'declined', 'captured', 'capture_refused', 'voided', 'refunded']),
  amount_minor: z.int().min(0),
  currency: z.string().regex(/^[A-Z]{3}$/),
  occurred_at: z.iso.datetime(),
  refund_id: z.string().min(1).max(200).optional(),
});

const paymentSchema = z.object({
  payment_id: z.string(),
  state: z.string(),
  latest_event: paymentEventSchema.nullable(),
});
const stateSchema = z.object({ state: z.string() });

/** Payments over HTTP: background calls only, since payment-service is the one that calls us on the request path. */
export function paymentsOver(client: HttpClient): Payments {
  return {
    async latest(paymentId) {
      const answer = await client.call({
        method: 'GET',
        path: `/internal/payments/${paymentId}`,
        timeoutMs: 1_000,
        attempts: 2,
      });
      if (answer.status === 404) return 'unknown';
      return read(paymentSchema, answer, 'payment-service').latest_event ?? undefined;
    },
    async abandon(paymentId) {
      const answer = await client.call({
        method: 'POST',
        path: `/internal/payments/${paymentId}/abandon`,
        timeoutMs: 1_000,
      });
      return answer.status === 404 ? 'unknown' : read(stateSchema, answer, 'payment-service').state;
    },
    async refund({ order_id, ...body }) {
      const call = { method: 'POST', path: `/internal/orders/${order_id}/refunds`, body, timeoutMs: 2_000 } as const;
      read(stateSchema, await client.call(call), 'payment-service');
    },
  };
}
