import { v7 } from 'uuid';
import { idempotencyKeyOf, idempotencyRecordId, keyReused } from '../kit/idempotency.ts';
import { uuidOf } from '../kit/ids.ts';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { productNotFound } from './catalogue-routes.ts';
import { uuidFrom } from './derived-uuid.ts';
import type { InventoryStore } from './inventory-store.ts';
import { productPathSchema, stockReceiptSchema, stockSchema } from './schemas.ts';

const path = '/products/:product_id/stock';

/** Stock that comes in. */
export const stockRoutes = (inventory: InventoryStore): readonly Route[] => [
  route({
    method: 'POST',
    path,
    summary: 'Receives stock; with an Idempotency-Key it is counted once however often it is sent',
    access: { user: 'admin' },
    params: productPathSchema,
    body: stockReceiptSchema,
    answers: { 200: stockSchema },
    problems: ['idempotency_key_invalid', 'idempotency_key_reused', 'conflict'],
    async handle({ params, body, principal, header }) {
      const product = uuidOf('product', params.product_id);
      if (!product || principal.kind !== 'user') return productNotFound();
      const sent = header('idempotency-key');
      const key = sent === undefined ? undefined : idempotencyKeyOf(sent);
      if (key !== undefined && typeof key !== 'string') return key;
      const receipt = key === undefined ? v7() : uuidFrom(idempotencyRecordId(principal.userId, path, key));
      const answer = await inventory.receive({ receipt, product, receivedBy: principal.userId, ...body });
      switch (answer.kind) {
        case 'ok':
        case 'replay': {
          const { onHand, held } = answer;
          const stock = { product_id: params.product_id, on_hand: onHand, held, available: onHand - held };
          return reply(200, stock, answer.kind === 'replay' ? { 'idempotent-replayed': 'true' } : {});
        }
        case 'unknown':
          return productNotFound();
        case 'mismatch':
          return keyReused();
        case 'limit':
          return problem('conflict', 'The stock on hand would be more than can be counted.');
        default:
          return answer satisfies never;
      }
    },
  }),
];
