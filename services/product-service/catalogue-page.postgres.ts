import type { Sql } from 'postgres';
import type { Cursor } from './cursor.ts';
import type { CatalogueQuery } from './product.ts';

export type ProductRow = {
  readonly product_id: string;
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** A bigint comes as text. */
  readonly amount_minor: string;
  readonly currency: string;
  readonly price_version: number;
  readonly available: number;
};

/** A search ranks this many matches at most: ranking must read every one of them. */
const rankedMatches = 1_000;

/**
 * One page by keyset: the rows after the cursor in the list's order, `limit` of them, each with its sort value as `position`.
 * Nothing is counted and nothing skipped, so the last page costs what the first does.
 */
export async function pageOf(
  sql: Sql,
  { category, q, sort }: CatalogueQuery,
  after: Cursor | undefined,
  limit: number,
): Promise<readonly (ProductRow & { readonly position: string | number })[]> {
  const inCategory = category === undefined ? sql`true` : sql`category = ${category}`;
  const matches = q === undefined ? sql`true` : sql`search @@ websearch_to_tsquery('english', ${q})`;
  const wanted = sql`${inCategory} AND ${matches}`;
  const id = after?.product ?? null;
  const value = after?.value ?? null;
  const page = {
    newest: () => sql`
      SELECT *, '' AS position FROM product
      WHERE ${wanted} AND ${after ? sql`product_id < ${id}` : sql`true`}
      ORDER BY product_id DESC LIMIT ${limit}`,
    price_asc: () => sql`
      SELECT *, amount_minor::text AS position FROM product
      WHERE ${wanted} AND ${after ? sql`(amount_minor, product_id) > (${value}::bigint, ${id}::uuid)` : sql`true`}
      ORDER BY amount_minor, product_id LIMIT ${limit}`,
    price_desc: () => sql`
      SELECT *, amount_minor::text AS position FROM product
      WHERE ${wanted} AND ${after ? sql`(amount_minor, product_id) < (${value}::bigint, ${id}::uuid)` : sql`true`}
      ORDER BY amount_minor DESC, product_id DESC LIMIT ${limit}`,
    relevance: () => sql`
      SELECT * FROM (
        SELECT *, ts_rank(search, websearch_to_tsquery('english', ${q ?? ''})) AS position
        FROM (SELECT * FROM product WHERE ${wanted} LIMIT ${rankedMatches}) matched) ranked
      WHERE ${after ? sql`(position, product_id) < (${value}::real, ${id}::uuid)` : sql`true`}
      ORDER BY position DESC, product_id DESC LIMIT ${limit}`,
  } satisfies Record<CatalogueQuery['sort'], unknown>;
  const order = {
    newest: sql`product_id DESC`,
    price_asc: sql`amount_minor, product_id`,
    price_desc: sql`amount_minor DESC, product_id DESC`,
    relevance: sql`position DESC, product_id DESC`,
  } satisfies Record<CatalogueQuery['sort'], unknown>;
  return sql<(ProductRow & { readonly position: string | number })[]>`
    SELECT product_id, sku, title, description, category, amount_minor, currency, price_version,
      coalesce(on_hand - held, 0) AS available, position
    FROM (${page[sort]()}) page LEFT JOIN inventory USING (product_id) ORDER BY ${order[sort]}`;
}
