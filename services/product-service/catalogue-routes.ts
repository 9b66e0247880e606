import { uuidOf } from '../kit/ids.ts';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { pageSchema } from '../kit/schemas.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { entityTagOf, matchesTag } from './entity-tag.ts';
import {
  newProductSchema,
  productChangeSchema,
  productListQuerySchema,
  productPathSchema,
  productSchema,
} from './schemas.ts';

export const productNotFound = () => problem('not_found', 'There is no such product.');

const wrongQuery = (field: 'cursor' | 'sort', detail: string) =>
  problem('invalid_request', 'Correct what "errors" points at.', {
    extra: { errors: [{ pointer: `/query/${field}`, detail }] },
  });

/** Reading the catalogue, and an administrator's changes to it. */
export const catalogueRoutes = (catalogue: CatalogueStore): readonly Route[] => [
  route({
    method: 'GET',
    path: '/products',
    summary: 'A page of the catalogue, by category, full text, or both',
    access: { anyone: true },
    query: productListQuerySchema,
    answers: { 200: pageSchema(productSchema) },
    problems: [],
    async handle({ query: { category, q, sort: wanted, cursor, limit } }) {
      const sort = wanted ?? (q === undefined ? 'newest' : 'relevance');
      if (sort === 'relevance' && q === undefined) return wrongQuery('sort', 'relevance needs q.');
      const query = { category, q, sort };
      const after = cursor === undefined ? undefined : decodeCursor(query, cursor);
      if (cursor !== undefined && !after) return wrongQuery('cursor', 'This cursor belongs to another list.');
      const { items, next } = await catalogue.page(query, after, limit);
      return reply(200, { items, next_cursor: next ? encodeCursor(query, next) : null });
    },
  }),

  route({
    method: 'GET',
    path: '/products/:product_id',
    summary: 'One product',
    access: { anyone: true },
    params: productPathSchema,
    answers: { 200: productSchema, 304: null },
    problems: [],
    async handle({ params, header }) {
      const id = uuidOf('product', params.product_id);
      const product = id && (await catalogue.find(id));
      if (!product) return productNotFound();
      const etag = entityTagOf(product);
      const headers = { etag, 'cache-control': 'no-cache' };
      return matchesTag(header('if-none-match'), etag) ? reply(304, undefined, headers) : reply(200, product, headers);
    },
  }),

  route({
    method: 'POST',
    path: '/products',
    summary: 'Adds a product without stock',
    access: { user: 'admin' },
    body: newProductSchema,
    answers: { 201: productSchema },
    problems: ['sku_taken'],
    async handle({ body }) {
      const outcome = await catalogue.create(body);
      return outcome.kind === 'created'
        ? reply(201, outcome.product)
        : problem('sku_taken', 'Another product has this SKU; choose another or change that product.');
    },
  }),

  route({
    method: 'PATCH',
    path: '/products/:product_id',
    summary: 'Changes a product; a new price raises price_version',
    access: { user: 'admin' },
    params: productPathSchema,
    body: productChangeSchema,
    answers: { 200: productSchema },
    problems: [],
    async handle({ params, body }) {
      const id = uuidOf('product', params.product_id);
      const product = id && (await catalogue.change(id, body));
      return product ? reply(200, product) : productNotFound();
    },
  }),
];
