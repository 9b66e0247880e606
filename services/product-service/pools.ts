import type { DatabaseLogin } from '../kit/database-login.ts';
import type { Database } from '../kit/postgres.ts';
import { connectAsService } from './schema.ts';
import { productService } from './service.ts';

export type Pools = {
  readonly reads: Database;
  readonly lists: Database;
  readonly holds: { readonly database: Database; readonly lanes: number };
  readonly moves: Database;
  close(): Promise<void>;
};

/**
 * As many connections as the facts say, by kind of work, so that no kind waits behind another: point reads and moves are pipelined, lists and an
 * administrator's writes have their own, and each lane of coalesced holds is one connection.
 */
export function openPools(url: string, login: DatabaseLogin = {}): Pools {
  const connect = (name: string, max: number, inFlight: number, settings: Readonly<Record<string, string>> = {}) =>
    connectAsService({ ...login, url, max, name: `product-service ${name}`, inFlight, settings });
  const lanes = 1;
  const readers = 1;
  const listers = 2;
  const reads = connect('reads', readers, 512);
  // A plan for any filter fits none of them: lists are planned with their values.
  const lists = connect('lists', listers, 64, {
    plan_cache_mode: 'force_custom_plan',
    // A search that is cut at its first matches must find the same ones for every page.
    synchronize_seqscans: 'off',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
  });
  const holds = connect('holds', lanes, lanes);
  const moves = connect('moves', productService.stores[0].connections - readers - listers - lanes, 256);
  return {
    reads,
    lists,
    holds: { database: holds, lanes },
    moves,
    async close() {
      await Promise.all([reads, lists, holds, moves].map((database) => database.close()));
    },
  };
}
