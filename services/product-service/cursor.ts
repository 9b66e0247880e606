import { fingerprintOf } from '../kit/idempotency.ts';
import type { CatalogueQuery } from './product.ts';

/** Where a page ended: the sort value of its last product (`''` for newest) and that product's UUID. */
export type Cursor = { readonly value: string; readonly product: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const valuePattern: Readonly<Record<CatalogueQuery['sort'], RegExp>> = {
  newest: /^$/,
  price_asc: /^\d{1,16}$/,
  price_desc: /^\d{1,16}$/,
  relevance: /^\d(\.\d+)?(e-\d+)?$/,
};

const listOf = ({ category, q, sort }: CatalogueQuery): string =>
  fingerprintOf('list', sort, [category ?? null, q ?? null]).slice(0, 12);

/** The opaque text that a client sends back for the next page of this very list. */
export const encodeCursor = (query: CatalogueQuery, { value, product }: Cursor): string =>
  Buffer.from(JSON.stringify([listOf(query), value, product])).toString('base64url');

/** The cursor in a client's text, or `undefined` when it was not made for this list. */
export function decodeCursor(query: CatalogueQuery, text: string): Cursor | undefined {
  try {
    const [list, value, product] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (list !== listOf(query) || typeof value !== 'string' || typeof product !== 'string') return undefined;
    return valuePattern[query.sort].test(value) && uuid.test(product) ? { value, product } : undefined;
  } catch {
    return undefined;
  }
}
