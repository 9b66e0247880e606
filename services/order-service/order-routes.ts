import { z } from 'zod';
import type { Principal } from '../kit/access.ts';
import { fingerprintOf, idempotencyRecordId } from '../kit/idempotency.ts';
import { newId } from '../kit/ids.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { currentContext } from '../kit/request-context.ts';
import { type Reply, type Route, reply, route } from '../kit/route.ts';
import { idSchema, moneySchema, pageSchema, pathIdSchema } from '../kit/schemas.ts';
import type { createCancelOrder } from './cancel-order.ts';
import { maxCartLines, maxQuantity } from './cart.ts';
import type { Order } from './order.ts';
import { orderSchema, orderView } from './order-view.ts';
import type { PlaceOrder } from './place-order.ts';
import type { OrderStore } from './store.ts';
import { type Deliveries, timelineOf, timelineSchema } from './timeline.ts';

const text = (max: number) => z.string().trim().min(1).max(max);

const addressSchema = z.strictObject({
  recipient: text(120),
  line1: text(200),
  line2: text(200).optional(),
  city: text(100),
  region: text(100),
  postal_code: text(20),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .meta({ description: 'ISO 3166-1 alpha-2' }),
});

const itemSchema = z.strictObject({ product_id: idSchema('product'), quantity: z.int().min(1).max(maxQuantity) });
const common = { shipping_address: addressSchema, expected_total: moneySchema.optional() };

const orderRequestSchema = z.union([
  z.strictObject({ items: z.array(itemSchema).min(1).max(maxCartLines), ...common }),
  z.strictObject({ from_cart: z.literal(true), ...common }),
]);

/** A cursor of ours: the creation time and id of the last order on the page. */
const cursorSchema = z
  .string()
  .max(200)
  .refine((cursor) => {
    try {
      const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
      return Array.isArray(key) && key.length === 2 && Number.isInteger(key[0]) && typeof key[1] === 'string';
    } catch {
      return false;
    }
  }, 'Use a next_cursor as it was answered.');

const pageQuery = z.strictObject({
  cursor: cursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const orderParams = z.strictObject({ order_id: pathIdSchema });

const notFound = (): Problem => problem('not_found', 'There is no such order.');
const userOf = (principal: Principal): string => (principal.kind === 'user' ? principal.userId : '');
const isAdmin = (principal: Principal): boolean => principal.kind === 'user' && principal.roles.includes('admin');

export type OrderRouteParts = {
  readonly store: OrderStore;
  readonly deliveries: Deliveries;
  readonly placeOrder: PlaceOrder;
  readonly cancelOrder: ReturnType<typeof createCancelOrder>;
};

/** Orders as their owners and administrators use them. */
export function orderRoutes({ store, deliveries, placeOrder, cancelOrder }: OrderRouteParts): readonly Route[] {
  /** The order if the asker may see it: a stranger's order is as unknown as one that does not exist. */
  async function visible(orderId: string, principal: Principal): Promise<Order | undefined> {
    const order = await store.load(orderId);
    return order && (order.user_id === userOf(principal) || isAdmin(principal)) ? order : undefined;
  }

  async function page(userId: string, query: z.infer<typeof pageQuery>): Promise<Reply> {
    const { orders, next } = await store.listByUser(userId, query.cursor, query.limit);
    return reply(200, { items: orders.map(orderView), next_cursor: next });
  }

  return [
    route({
      method: 'POST',
      path: '/orders',
      summary: 'Place an order',
      access: { user: 'any' },
      idempotencyKey: 'required',
      body: orderRequestSchema,
      answers: { 201: orderSchema, 202: orderSchema },
      problems: ['insufficient_stock', 'price_changed', 'cart_empty'],
      async handle({ body, principal, idempotencyKey }) {
        const userId = userOf(principal);
        const placed = await placeOrder({
          userId,
          requestId: currentContext()?.requestId ?? newId('request'),
          recordId: idempotencyRecordId(userId, 'POST /orders', idempotencyKey),
          fingerprint: fingerprintOf('POST', '/orders', body),
          request: body,
        });
        if (placed.kind === 'problem') return placed;
        if (placed.kind === 'pending') return accepted(placed.order);
        return stored(placed, placed.orderId ? { location: `/api/v1/orders/${placed.orderId}` } : {});
      },
    }),
    route({
      method: 'GET',
      path: '/orders',
      summary: 'List my orders, the newest first',
      access: { user: 'any' },
      query: pageQuery,
      answers: { 200: pageSchema(orderSchema) },
      problems: [],
      handle: ({ query, principal }) => page(userOf(principal), query),
    }),
    route({
      method: 'GET',
      path: '/orders/user/:user_id',
      summary: "List a user's orders, the newest first",
      access: { user: 'any' },
      params: z.strictObject({ user_id: pathIdSchema }),
      query: pageQuery,
      answers: { 200: pageSchema(orderSchema) },
      problems: [],
      async handle({ params, query, principal }) {
        if (params.user_id !== userOf(principal) && !isAdmin(principal))
          return problem('not_found', 'There is no such user.');
        return page(params.user_id, query);
      },
    }),
    route({
      method: 'GET',
      path: '/orders/:order_id',
      summary: 'Read an order',
      access: { user: 'any' },
      params: orderParams,
      answers: { 200: orderSchema },
      problems: [],
      async handle({ params, principal }) {
        const order = await visible(params.order_id, principal);
        return order ? reply(200, orderView(order)) : notFound();
      },
    }),
    route({
      method: 'GET',
      path: '/orders/:order_id/timeline',
      summary: 'Everything that happened to an order, with times and causes',
      access: { user: 'any' },
      params: orderParams,
      answers: { 200: timelineSchema },
      problems: [],
      async handle({ params, principal }) {
        const order = await visible(params.order_id, principal);
        if (!order) return notFound();
        const [events, sent] = await Promise.all([store.events(order.order_id), deliveries.of(order.order_id)]);
        return reply(200, timelineOf(order, events, sent));
      },
    }),
    route({
      method: 'POST',
      path: '/orders/:order_id/cancel',
      summary: 'Cancel an order; a paid one is refunded',
      access: { user: 'any' },
      idempotencyKey: 'required',
      params: orderParams,
      body: z.strictObject({ reason: text(300).optional() }),
      bodyMayBeEmpty: true,
      answers: { 200: orderSchema, 202: orderSchema },
      problems: ['not_cancellable'],
      async handle({ params, body, principal, idempotencyKey }) {
        const userId = userOf(principal);
        const address = `/orders/${params.order_id}/cancel`;
        const cancelled = await cancelOrder({
          orderId: params.order_id,
          userId,
          note: body.reason,
          requestId: currentContext()?.requestId ?? newId('request'),
          recordId: idempotencyRecordId(userId, `POST ${address}`, idempotencyKey),
          fingerprint: fingerprintOf('POST', address, body),
        });
        if (cancelled.kind === 'problem') return cancelled;
        return cancelled.kind === 'pending' ? accepted(cancelled.order) : stored(cancelled, {});
      },
    }),
  ];
}

const accepted = (order: Order): Reply =>
  reply(202, orderView(order), { location: `/api/v1/orders/${order.order_id}` });

const stored = (
  final: { readonly status: number; readonly bytes: string; readonly replayed: boolean },
  headers: Readonly<Record<string, string>>,
): Reply => ({
  kind: 'stored',
  status: final.status,
  bytes: final.bytes,
  headers: final.replayed ? { ...headers, 'idempotent-replayed': 'true' } : headers,
});
