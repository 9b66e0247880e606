import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extendWhileExpiring } from '../product-service/extend-race.ts';
import {
  addProducts,
  closeAll,
  deadlocks,
  type ProductDatabase,
  productDatabase,
  uuid,
  warmConnections,
} from '../product-service/product-database.ts';
import { racePairs } from '../product-service/racing-pairs.ts';
import { runRandomMix } from '../product-service/random-mix.ts';
import { sellOutBySingleCalls } from '../product-service/sell-out.ts';
import { stockViolations } from '../product-service/stock-checker.ts';
import { migrationsOf, type StockMutant, stockMutants } from './stock-mutants.ts';

/** The check that must go red for each planted bug: how many violations it reports. */
const checks: Record<StockMutant, (database: ProductDatabase) => Promise<number>> = {
  'naive reserve': async ({ url }) => (await sellOutBySingleCalls(url, 500, 100, 100)).violations.length,

  'locks without an order': async ({ url, administrator }) => {
    const connections = await warmConnections(url, 12, { lock_timeout: 0, deadlock_timeout: 20 });
    await runRandomMix({ connections, operations: 1_500, seed: 1, products: 6, stock: 200 });
    await closeAll(connections);
    return deadlocks(administrator);
  },

  'resolve without looking at the state': async ({ url }) => {
    const connections = await warmConnections(url, 8);
    const violations = await racePairs(connections, 100);
    await closeAll(connections);
    return violations.length;
  },

  'expire without looking at the time': async ({ administrator: sql }) => {
    const [product = ''] = await addProducts(sql, 1, 5);
    const order = uuid();
    await sql`SELECT * FROM inventory_hold(${order}, 'one', ${[product]}::uuid[], '{1}', '15 min')`;
    const [row] = await sql<{ outcome: string }[]>`SELECT inventory_resolve(${order}, 'expired') AS outcome`;
    return row?.outcome === 'not_due' ? 0 : 1;
  },

  'extend without a lock': async ({ url }) => {
    const { expired, extended } = await extendWhileExpiring(url);
    return expired === 'ok' && extended === 'ok' ? 1 : 0;
  },

  'return more than once': async ({ administrator: sql }) => {
    const [product = ''] = await addProducts(sql, 1, 5);
    const order = uuid();
    await sql`SELECT * FROM inventory_hold(${order}, 'one', ${[product]}::uuid[], '{1}', '15 min')`;
    await sql`SELECT inventory_resolve(${order}, 'committed')`;
    await sql`SELECT inventory_return(${order})`;
    const again = await sql<{ outcome: string }[]>`SELECT inventory_return(${order}) AS outcome`.catch(() => []);
    return (again[0]?.outcome === 'replay' ? 0 : 1) + (await stockViolations(sql)).length;
  },

  'release without a tombstone': async ({ administrator: sql }) => {
    const [product = ''] = await addProducts(sql, 1, 5);
    const order = uuid();
    await sql`SELECT inventory_resolve(${order}, 'released')`;
    const [row] = await sql<{ outcome: string }[]>`
      SELECT outcome FROM inventory_hold(${order}, 'one', ${[product]}::uuid[], '{1}', '15 min')`;
    return row?.outcome === 'held' ? 1 : 0;
  },
};

for (const mutant of Object.keys(stockMutants) as StockMutant[])
  test(`the checker catches a planted bug: ${mutant}`, async () => {
    const folder = migrationsOf(mutant);
    const broken = await productDatabase(folder);
    rmSync(folder, { recursive: true });
    expect(await checks[mutant](broken)).toBeGreaterThan(0);
    await broken.administrator.end();
  });

// Those checks that no other test runs against the real functions.
for (const mutant of [
  'expire without looking at the time',
  'return more than once',
  'release without a tombstone',
] as const)
  test(`the same check finds nothing in the real functions: ${mutant}`, async () => {
    const real = await productDatabase();
    expect(await checks[mutant](real)).toBe(0);
    await real.administrator.end();
  });
