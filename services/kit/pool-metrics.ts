import type { Metrics } from './metrics.ts';
import type { Database } from './postgres.ts';

/** How full the pools of a service are, by pool: what waits at the limit is refused. */
export function sampleDatabases(
  metrics: Pick<Metrics, 'sampled'>,
  pools: Readonly<Record<string, Pick<Database, 'load'>>>,
): void {
  const each = (of: keyof ReturnType<Database['load']>) => (set: (labels: { pool: string }, value: number) => void) => {
    for (const [pool, database] of Object.entries(pools)) set({ pool }, database.load()[of]);
  };
  metrics.sampled('database_calls_in_flight', 'Calls of the database that run or wait', ['pool'], each('inFlight'));
  metrics.sampled('database_calls_limit', 'Calls of the database that may run or wait', ['pool'], each('limit'));
}
