import { uuidOf } from '../kit/ids.ts';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { productNotFound } from './catalogue-routes.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import { type HoldParts, type HoldResult, holdStock } from './hold-stock.ts';
import type { InventoryStore } from './inventory-store.ts';
import type { Line } from './reservation.ts';
import {
  extendAnswerSchema,
  extendRequestSchema,
  holdAnswerSchema,
  holdRequestSchema,
  orderPathSchema,
  outcomeAnswerSchema,
  productPathSchema,
  quoteRequestSchema,
  quoteSchema,
  singleHoldRequestSchema,
} from './schemas.ts';

export type ReservationParts = HoldParts & { readonly inventory: InventoryStore; readonly catalogue: CatalogueStore };

/** How long a hold of the one-line route lives: what an order has to be paid in. */
const singleHoldSeconds = 15 * 60;
const access = { services: ['order-service'] } as const;
const orderNotFound = () => problem('not_found', 'There is no such order.');

const linesOf = (items: readonly { product_id: string; quantity: number }[]): readonly Line[] =>
  items.map(({ product_id, quantity }) => ({ product: uuidOf('product', product_id) ?? '', quantity }));

const held = ({ outcome, expiresAt, shortages }: HoldResult) =>
  reply(200, { outcome, expires_at: expiresAt?.toISOString() ?? null, shortages });

/** Prices and stock as the order saga asks for them; for order-service only. */
export const reservationRoutes = (parts: ReservationParts): readonly Route[] => [
  route({
    method: 'POST',
    path: '/internal/quotes',
    summary: 'Prices, titles and availability, now and without a lock',
    access,
    body: quoteRequestSchema,
    answers: { 200: quoteSchema },
    problems: [],
    async handle({ body }) {
      const wanted = [...new Set(body.items.map((item) => item.product_id))];
      const items = await parts.catalogue.quotes(wanted.flatMap((id) => uuidOf('product', id) ?? []));
      const found = new Set(items.map((item) => item.product_id));
      return reply(200, { items, missing: wanted.filter((id) => !found.has(id)) });
    },
  }),

  route({
    method: 'PUT',
    path: '/internal/reservations/:order_id',
    summary: 'Sets stock aside for an order, whole or not at all',
    access,
    params: orderPathSchema,
    body: holdRequestSchema,
    answers: { 200: holdAnswerSchema },
    problems: [],
    async handle({ params, body }) {
      const reservation = uuidOf('order', params.order_id);
      if (!reservation) return orderNotFound();
      return held(await holdStock(parts, { reservation, lines: linesOf(body.items), ttlSeconds: body.ttl_seconds }));
    },
  }),

  route({
    method: 'POST',
    path: '/products/:product_id/reserve',
    summary: 'Sets stock of one product aside for an order',
    access,
    params: productPathSchema,
    body: singleHoldRequestSchema,
    answers: { 200: holdAnswerSchema },
    problems: [],
    async handle({ params, body }) {
      const product = uuidOf('product', params.product_id);
      const reservation = uuidOf('order', body.order_id);
      if (!product || !reservation) return productNotFound();
      const lines = [{ product, quantity: body.quantity }];
      return held(await holdStock(parts, { reservation, lines, ttlSeconds: singleHoldSeconds }));
    },
  }),

  movement('commit', 'Takes the held stock off the shelf for good', (id) => parts.inventory.resolve(id, 'committed')),
  movement('release', 'Gives the held stock back', (id) => parts.inventory.resolve(id, 'released')),
  movement('expire', 'Gives the held stock back if its time has run out', (id) =>
    parts.inventory.resolve(id, 'expired'),
  ),
  movement('return', 'Puts committed stock back on the shelf', (id) => parts.inventory.returnStock(id)),

  route({
    method: 'POST',
    path: '/internal/reservations/:order_id/extend',
    summary: 'Lets a hold live longer, at most an hour in all',
    access,
    params: orderPathSchema,
    body: extendRequestSchema,
    answers: { 200: extendAnswerSchema },
    problems: [],
    async handle({ params, body }) {
      const id = uuidOf('order', params.order_id);
      if (!id) return orderNotFound();
      const { outcome, expiresAt } = await parts.inventory.extend(id, body.for_seconds);
      return reply(200, { outcome, expires_at: expiresAt?.toISOString() ?? null });
    },
  }),
];

function movement(name: string, summary: string, move: (reservation: string) => Promise<string>): Route {
  return route({
    method: 'POST',
    path: `/internal/reservations/:order_id/${name}`,
    summary,
    access,
    params: orderPathSchema,
    answers: { 200: outcomeAnswerSchema },
    problems: [],
    async handle({ params }) {
      const id = uuidOf('order', params.order_id);
      return id ? reply(200, { outcome: await move(id) }) : orderNotFound();
    },
  });
}
