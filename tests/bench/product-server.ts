import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { startPostgres } from '../../bin/local/engines/postgres.ts';
import { freePort } from '../../bin/local/ports.ts';
import { prepareSchema } from '../../services/product-service/schema.ts';

export type ProductServer = {
  /** A migrated database of its own with this many products, numbered from 1, and ample stock. */
  database(products: number): Promise<string>;
  /** Transactions per second of pgbench over 16 connections with prepared statements; `:n` is a random product's number. */
  pgbench(url: string, products: number, statement: string, seconds: number): Promise<number>;
  stop(): Promise<void>;
};

/** UUID of the n-th product. */
export const productAt = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** The same in SQL, of pgbench's `:n`. */
export const productAtN = `('00000000-0000-7000-8000-' || lpad((:n)::text, 12, '0'))::uuid`;

/** A PostgreSQL of its own on disk, with fsync. */
export async function startProductServer(): Promise<ProductServer> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-product-'));
  chmodSync(dir, 0o755);
  const engine = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), logFile: join(dir, 'log') });
  let databases = 0;
  return {
    async database(products) {
      const url = new URL(engine.endpoint);
      url.pathname = `/bench_${++databases}`;
      const administrator = postgres(engine.endpoint, { max: 1, onnotice: () => {} });
      await administrator.unsafe(`CREATE DATABASE bench_${databases}`);
      await administrator.end();
      await prepareSchema(url.href);
      const sql = postgres(url.href, { max: 1, onnotice: () => {} });
      await sql`
        INSERT INTO product(product_id, sku, title, description, category, amount_minor, currency)
        SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'P-' || n, 'Product ' || n, '', 'bench', 100, 'INR'
        FROM generate_series(1, ${products}) n`;
      await sql`SELECT inventory_receive(product_id, 100000000, gen_random_uuid(), 'bench', 'bench') FROM product`;
      await sql`VACUUM ANALYZE`;
      await sql.end();
      return url.href;
    },
    async pgbench(url, products, statement, seconds) {
      const script = join(dir, 'script.sql');
      writeFileSync(script, `\\set n random(1, ${products})\n${statement};\n`);
      const options = ['-n', '-M', 'prepared', '-c', '16', '-j', '2', '-T', String(seconds), '-f', script, url];
      const { stdout } = await promisify(execFile)('pgbench', options);
      const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
      if (!rate || /failed: [1-9]/.test(stdout)) throw new Error(stdout);
      return rate;
    },
    async stop() {
      await engine.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Driven = { readonly rate: number; readonly p99: number };

/** Asks again and again, `inFlight` at a time, for some seconds; `p99` in milliseconds. */
export async function drive(one: () => Promise<void>, inFlight: number, seconds: number): Promise<Driven> {
  const times: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1_000;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) {
        const asked = performance.now();
        await one();
        times.push(performance.now() - asked);
      }
    }),
  );
  const elapsed = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  return { rate: times.length / elapsed, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}
