import { expect, test } from 'vitest';
import { createInventoryStore } from '../../services/product-service/inventory-store.postgres.ts';
import { openPools } from '../../services/product-service/pools.ts';
import { sweep } from '../../services/product-service/sweeper.ts';
import { watchAudit } from './audit-watch.ts';
import { closeAll, deadlocks, productDatabase, warmConnections } from './product-database.ts';
import { racePairs } from './racing-pairs.ts';
import { printedSeed } from './random.ts';
import { runRandomMix } from './random-mix.ts';
import { stockViolations } from './stock-checker.ts';

// quality.md, T3, at 5 %.
const pairs = 5_000;

test(`of ${pairs} racing pairs every reservation ends once, without a deadlock`, async () => {
  const { url, administrator } = await productDatabase();
  const connections = await warmConnections(url, 16);
  expect(await racePairs(connections, pairs)).toEqual([]);
  await closeAll(connections);
  expect(await stockViolations(administrator)).toEqual([]);
  expect(await deadlocks(administrator)).toBe(0);
  await administrator.end();
});

for (const settings of [{ lock_timeout: 500 }, { lock_timeout: 0, deadlock_timeout: 100 }])
  test(`a random mix with ${JSON.stringify(settings)} is sound at every snapshot and at its end`, async () => {
    const { url, administrator } = await productDatabase();
    const seed = printedSeed('random mix of stock operations');
    const connections = await warmConnections(url, 12, { ...settings, role: 'product_service' });
    const watch = watchAudit(administrator);
    const errors = await runRandomMix({ connections, operations: 6_000, seed, products: 6, stock: 60 });
    const { snapshots, unsound } = await watch.stop();
    await closeAll(connections);
    expect(errors).toEqual([]);
    expect(unsound).toEqual([]);
    // quality.md, T2: 10,000 snapshots before a release; here as many as fit beside the load.
    process.stdout.write(`audit: ${snapshots} snapshots, ${unsound.length} unsound\n`);
    expect(snapshots).toBeGreaterThan(100);
    expect(await stockViolations(administrator)).toEqual([]);
    expect(await deadlocks(administrator)).toBe(0);

    const pools = openPools(url);
    await administrator`SELECT pg_sleep(0.05)`;
    const inventory = createInventoryStore(pools);
    await Promise.all([sweep({ inventory, expired: () => {} }), sweep({ inventory, expired: () => {} })]);
    const rows = await administrator`
      SELECT i.product_id FROM inventory i JOIN inventory_ledger l USING (product_id) GROUP BY i.product_id, held, on_hand
      HAVING held <> 0 OR on_hand <> sum(CASE kind WHEN 'receive' THEN qty WHEN 'return' THEN qty WHEN 'commit' THEN -qty ELSE 0 END)`;
    expect(rows).toEqual([]);
    await pools.close();
    await administrator.end();
  });
