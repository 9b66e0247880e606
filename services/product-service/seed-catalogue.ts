import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../kit/postgres.ts';
import { uuidFrom } from './derived-uuid.ts';

type Seed = {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly paise: number;
  readonly stock: number;
};

/** A product a minute since new year 2025: UUIDs of version 7, the same at every seeding. */
function seedId(sku: string, index: number): string {
  const time = (Date.UTC(2025, 0, 1) + index * 60_000).toString(16).padStart(12, '0');
  const random = uuidFrom(`seed:${sku}`);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** The demonstration catalogue: 200 products in INR over ten categories. Every fiftieth is nearly sold out. */
export async function readSeed(): Promise<readonly Seed[]> {
  const text = await readFile(join(import.meta.dirname, 'seed-products.tsv'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line, index) => {
      const [sku = '', category = '', paise = '', title = '', description = ''] = line.split('\t');
      const stock = index % 50 === 49 ? 3 : 40 + ((index * 37) % 460);
      return { id: seedId(sku, index), sku, title, description, category, paise: Number(paise), stock };
    });
}

/** Adds what is missing of the demonstration catalogue and its first stock; seeding again adds nothing. */
export async function seedCatalogue(
  database: Database,
): Promise<{ readonly products: number; readonly receipts: number }> {
  const seeds = await readSeed();
  const created = await database.run(
    (sql) => sql`
      INSERT INTO product(product_id, sku, title, description, category, amount_minor, currency)
      SELECT id, sku, title, description, category, paise, 'INR' FROM unnest(
        ${seeds.map((seed) => seed.id)}::uuid[], ${seeds.map((seed) => seed.sku)}::text[],
        ${seeds.map((seed) => seed.title)}::text[], ${seeds.map((seed) => seed.description)}::text[],
        ${seeds.map((seed) => seed.category)}::text[], ${seeds.map((seed) => seed.paise)}::bigint[])
        AS seed(id, sku, title, description, category, paise)
      ON CONFLICT DO NOTHING RETURNING 1`,
  );
  let receipts = 0;
  for (const { id, sku, stock } of seeds) {
    const [row] = await database.run(
      (sql) => sql<{ outcome: string }[]>`
        SELECT outcome FROM inventory_receive(${id}, ${stock}, ${uuidFrom(`seed:receipt:${sku}`)}, 'first stock', 'seed')`,
    );
    if (row?.outcome === 'ok') receipts += 1;
  }
  return { products: created.length, receipts };
}
