import postgres from 'postgres';
import { createInventoryStore } from '../../services/product-service/inventory-store.postgres.ts';
import { openPools } from '../../services/product-service/pools.ts';
import { connectAsService } from '../../services/product-service/schema.ts';
import { spread } from './cpu.ts';
import { drive, productAt, productAtN, startProductServer } from './product-server.ts';

/**
 * Goal P3: stock holds through the store, 64 in flight, against pgbench calling the single hold over 16 connections, in one
 * run on one server with fsync. Run: node tests/bench/holds.ts [rounds] [seconds]
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 3);
const single = `SELECT outcome FROM inventory_hold(gen_random_uuid(), 'one', ARRAY[${productAtN}], '{1}', '15 min')`;

const server = await startProductServer();
try {
  for (const products of [1, 10_000]) {
    const url = await server.database(products);
    const pools = openPools(url);
    const two = connectAsService({ url, max: 2, name: 'two lanes' });
    const stores = {
      'one lane': createInventoryStore({ ...pools, holds: { database: pools.holds.database, lanes: 1 } }),
      'two lanes': createInventoryStore({ ...pools, holds: { database: two, lanes: 2 } }),
    };
    const ratios: Record<string, number[]> = { 'one lane': [], 'two lanes': [] };
    for (let round = 0; round < rounds; round += 1) {
      const baseline = await server.pgbench(url, products, single, seconds);
      for (const [name, store] of Object.entries(stores)) {
        const hold = async () => {
          const lines = [{ product: productAt(1 + Math.floor(Math.random() * products)), quantity: 1 }];
          const { outcome } = await store.hold({ reservation: crypto.randomUUID(), lines, ttlSeconds: 900 });
          if (outcome !== 'held') throw new Error(`a hold answered ${outcome}`);
        };
        const { rate, p99 } = await drive(hold, 64, seconds);
        ratios[name]?.push(rate / baseline);
        process.stdout.write(
          `${products} products, ${name}: ${rate.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms; pgbench ${baseline.toFixed(0)}/s\n`,
        );
      }
    }
    for (const [name, of] of Object.entries(ratios)) {
      const { median, min, max } = spread(of);
      process.stdout.write(
        `${products} products, ${name}: × ${median.toFixed(1)} [${min.toFixed(1)}..${max.toFixed(1)}]\n`,
      );
    }
    const sql = postgres(url, { max: 1 });
    if ((await sql`SELECT * FROM inventory_audit`).length > 0) throw new Error('the audit is not empty');
    await Promise.all([pools.close(), two.close(), sql.end()]);
  }
} finally {
  await server.stop();
}
