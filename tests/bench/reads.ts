import { createCatalogueStore } from '../../services/product-service/catalogue-store.postgres.ts';
import { openPools } from '../../services/product-service/pools.ts';
import { spread } from './cpu.ts';
import { drive, productAt, productAtN, startProductServer } from './product-server.ts';

/**
 * Goal P4: a product read by id through the store, 64 in flight, against pgbench's point SELECT over 16 connections.
 * Run: node tests/bench/reads.ts [rounds] [seconds]
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 3);
const products = 10_000;
const select = `
  SELECT product_id, sku, title, description, category, amount_minor, currency, price_version,
    coalesce(on_hand - held, 0) AS available
  FROM product LEFT JOIN inventory USING (product_id) WHERE product_id = ${productAtN}`;

const server = await startProductServer();
try {
  const url = await server.database(products);
  const pools = openPools(url);
  const catalogue = createCatalogueStore(pools);
  const read = async () => {
    const found = await catalogue.find(productAt(1 + Math.floor(Math.random() * products)));
    if (!found) throw new Error('a product was not found');
  };
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const baseline = await server.pgbench(url, products, select.replace(/\s+/g, ' ').trim(), seconds);
    const { rate, p99 } = await drive(read, 64, seconds);
    ratios.push(rate / baseline);
    process.stdout.write(`${rate.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms; pgbench ${baseline.toFixed(0)}/s\n`);
  }
  const { median, min, max } = spread(ratios);
  process.stdout.write(`point read: × ${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]\n`);
  await pools.close();
} finally {
  await server.stop();
}
