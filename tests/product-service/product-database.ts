import postgres, { type Sql } from 'postgres';
import { newId, uuidOf } from '../../services/kit/ids.ts';
import { prepareSchema } from '../../services/product-service/schema.ts';
import { createDatabase } from '../harness/postgres.ts';

export type ProductDatabase = { readonly url: string; readonly administrator: Sql };

/** A migrated product database of this test's own; `folder` holds other migrations, for planted bugs. */
export async function productDatabase(folder?: string): Promise<ProductDatabase> {
  const url = await createDatabase('products');
  await prepareSchema(url, folder);
  return { url, administrator: postgres(url, { max: 2, onnotice: () => {} }) };
}

/** A fresh UUIDv7. */
export const uuid = (): string => uuidOf('order', newId('order')) ?? '';

/** Adds products with this much stock each and answers their UUIDs. */
export async function addProducts(sql: Sql, count: number, stock: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, uuid);
  await sql`
    INSERT INTO product(product_id, sku, title, description, category, amount_minor, currency)
    SELECT id, id::text, 'A product', '', 'tests', 100, 'INR' FROM unnest(${ids}::uuid[]) id`;
  if (stock > 0)
    await sql`SELECT inventory_receive(id, ${stock}, gen_random_uuid(), 'test', 'test') FROM unnest(${ids}::uuid[]) id`;
  return ids;
}

/** As many connections as asked for, each one open before anything is measured or raced: a cold pool hides races. */
export async function warmConnections(
  url: string,
  count: number,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<readonly Sql[]> {
  const connections = Array.from({ length: count }, () =>
    postgres(url, { max: 1, onnotice: () => {}, connection: settings }),
  );
  await Promise.all(connections.map((sql) => sql`SELECT 1`));
  return connections;
}

export const closeAll = async (connections: readonly Sql[]): Promise<void> => {
  await Promise.all(connections.map((sql) => sql.end()));
};

/** Deadlocks that the server has counted in this database so far. */
export async function deadlocks(sql: Sql): Promise<number> {
  // A backend's counters reach the view when it is idle; this asks for what is there now.
  await sql`SELECT pg_stat_clear_snapshot()`;
  const [row] = await sql<{ deadlocks: string }[]>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`;
  return Number(row?.deadlocks);
}
