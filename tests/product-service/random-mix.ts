import type { Sql } from 'postgres';
import { addProducts, uuid } from './product-database.ts';
import { type Random, seededRandom } from './random.ts';

export type Mix = {
  readonly connections: readonly Sql[];
  readonly operations: number;
  readonly seed: number;
  readonly products: number;
  readonly stock: number;
};

/**
 * Random holds (single and batches, one to four lines), ends, extensions, returns, receipts and sweeps over few products, with
 * reservations shared between connections. Answers the errors that the database raised; afterwards everything may be checked.
 */
export async function runRandomMix({
  connections,
  operations,
  seed,
  products: count,
  stock,
}: Mix): Promise<readonly string[]> {
  const [first] = connections;
  if (!first) throw new Error('no connections');
  const products = await addProducts(first, count, stock);
  const errors: string[] = [];
  const known: string[] = [uuid()];
  let left = operations;
  await Promise.all(
    connections.map(async (sql, nth) => {
      const random = seededRandom(seed + nth);
      while (left-- > 0) await operate(sql, random, products, known).catch((error) => errors.push(String(error)));
    }),
  );
  return errors;
}

async function operate(sql: Sql, random: Random, products: readonly string[], known: string[]): Promise<void> {
  const one = known[known.length - 1 - random(Math.min(known.length, 60))] ?? '';
  const dice = random(100);
  if (dice < 40) await holdSome(sql, random, products, known);
  else if (dice < 55) await sql`SELECT inventory_resolve(${one}, 'committed')`;
  else if (dice < 68) await sql`SELECT inventory_resolve(${one}, 'released')`;
  else if (dice < 75) await sql`SELECT inventory_resolve(${one}, 'expired')`;
  else if (dice < 82) await sql`SELECT * FROM inventory_extend(${one}, ${`${1 + random(20)} ms`}::interval)`;
  else if (dice < 90) await sql`SELECT inventory_return(${one})`;
  else if (dice < 95) {
    const product = products[random(products.length)] ?? '';
    await sql`SELECT * FROM inventory_receive(${product}, ${1 + random(5)}, ${uuid()}, 'mix', 'mix')`;
  } else {
    const due = await sql<{ id: string }[]>`SELECT inventory_due(${10}) AS id`;
    for (const { id } of due) await sql`SELECT inventory_resolve(${id}, 'expired')`;
  }
}

/** A batch of one to eight orders; now and then an order that is already known, with the same or other lines. */
async function holdSome(sql: Sql, random: Random, products: readonly string[], known: string[]): Promise<void> {
  const orders = Array.from({ length: random(3) === 0 ? 1 + random(8) : 1 }, () =>
    random(10) === 0 ? (known[random(known.length)] ?? uuid()) : uuid(),
  );
  const lines = orders.flatMap((_, index) => {
    const chosen = new Set(Array.from({ length: 1 + random(4) }, () => products[random(products.length)] ?? ''));
    return [...chosen].map((product) => ({ ord: index + 1, product, quantity: 1 + random(3) }));
  });
  known.push(...orders);
  await sql`
    SELECT * FROM inventory_hold_many(${orders}::uuid[], ${orders.map(() => `hash ${random(2)}`)}::text[],
      ${lines.map((line) => line.ord)}::int[], ${lines.map((line) => line.product)}::uuid[],
      ${lines.map((line) => line.quantity)}::int[], ${`${1 + random(30)} ms`}::interval)`;
}
