import { idOf, newId, uuidOf } from '../kit/ids.ts';
import { money } from '../kit/money.ts';
import type { Database } from '../kit/postgres.ts';
import { type ProductRow, pageOf } from './catalogue-page.postgres.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { Product } from './product.ts';

/** The product in a row of `product` joined with its stock. */
export const toProduct = (row: ProductRow): Product => ({
  product_id: idOf('product', row.product_id),
  sku: row.sku,
  title: row.title,
  description: row.description,
  category: row.category,
  price: money(Number(row.amount_minor), row.currency),
  price_version: row.price_version,
  available: row.available,
  image_urls: [],
});

type QuoteRow = Pick<ProductRow, 'product_id' | 'title' | 'amount_minor' | 'currency' | 'price_version' | 'available'>;

/**
 * The catalogue in PostgreSQL. `reads` answers point reads and should be one or two pipelined connections; `lists` takes pages,
 * searches and an administrator's writes, so that none of them stands in a point read's way.
 */
export function createCatalogueStore({ reads, lists }: { reads: Database; lists: Database }): CatalogueStore {
  return {
    async find(product) {
      const [row] = await reads.run(
        (sql) => sql<ProductRow[]>`
          SELECT product_id, sku, title, description, category, amount_minor, currency, price_version,
            coalesce(on_hand - held, 0) AS available
          FROM product LEFT JOIN inventory USING (product_id) WHERE product_id = ${product}`,
      );
      return row && toProduct(row);
    },

    async page(query, after, limit) {
      const rows = await lists.run((sql) => pageOf(sql, query, after, limit + 1));
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(toProduct),
        next: rows.length > limit && last ? { value: String(last.position), product: last.product_id } : undefined,
      };
    },

    async create({ sku, title, description, category, price }) {
      const id = newId('product');
      const rows = await lists.run(
        (sql) => sql`
          INSERT INTO product(product_id, sku, title, description, category, amount_minor, currency)
          VALUES (${uuidOf('product', id) ?? null}, ${sku}, ${title}, ${description}, ${category},
            ${price.amount_minor}, ${price.currency})
          ON CONFLICT DO NOTHING RETURNING 1`,
      );
      if (rows.length === 0) return { kind: 'sku_taken' };
      const product = { product_id: id, sku, title, description, category, price };
      return { kind: 'created', product: { ...product, price_version: 1, available: 0, image_urls: [] } };
    },

    async change(product, { title, description, category, price }) {
      const amount = price?.amount_minor ?? null;
      const currency = price?.currency ?? null;
      const [row] = await lists.run(
        (sql) => sql<ProductRow[]>`
          WITH changed AS (
            UPDATE product SET title = coalesce(${title ?? null}, title),
              description = coalesce(${description ?? null}, description),
              category = coalesce(${category ?? null}, category),
              amount_minor = coalesce(${amount}::bigint, amount_minor), currency = coalesce(${currency}, currency),
              price_version = price_version
                + (coalesce(${amount}::bigint, amount_minor) <> amount_minor OR coalesce(${currency}, currency) <> currency)::int,
              updated_at = clock_timestamp()
            WHERE product_id = ${product} RETURNING *)
          SELECT product_id, sku, title, description, category, amount_minor, currency, price_version,
            coalesce(on_hand - held, 0) AS available
          FROM changed LEFT JOIN inventory USING (product_id)`,
      );
      return row && toProduct(row);
    },

    async quotes(products) {
      const rows = await reads.run(
        (sql) => sql<QuoteRow[]>`
          SELECT product_id, title, amount_minor, currency, price_version, coalesce(on_hand - held, 0) AS available
          FROM product LEFT JOIN inventory USING (product_id) WHERE product_id = ANY (${[...products]}::uuid[])`,
      );
      return rows.map((row) => ({
        product_id: idOf('product', row.product_id),
        title: row.title,
        unit_price: money(Number(row.amount_minor), row.currency),
        price_version: row.price_version,
        available: row.available,
      }));
    },
  };
}
