import type { Metrics } from '../kit/metrics.ts';
import { sampleDatabases } from '../kit/pool-metrics.ts';
import type { Database } from '../kit/postgres.ts';
import type { InventoryStore } from './inventory-store.ts';

type Load = Pick<Database, 'load'>;
type Measured = Readonly<Record<'reads' | 'lists' | 'moves', Load>> & { readonly holds: { readonly database: Load } };

/** What product-service counts of its own. */
export function productMetrics(
  metrics: Pick<Metrics, 'counter' | 'sampled'>,
  { reads, lists, holds: lanes, moves }: Measured,
) {
  const expired = metrics.counter(
    'product_holds_expired_total',
    'Holds that this replica ended because their time ran out',
  );
  const holds = metrics.counter('product_holds_total', 'Holds asked for, by outcome', ['outcome']);
  sampleDatabases(metrics, { reads, lists, holds: lanes.database, moves });
  for (const outcome of ['held', 'insufficient', 'mismatch', 'replay']) holds.inc({ outcome }, 0);

  return {
    expired: () => expired.inc(),
    /** The store, counting what holds came to. */
    counting: (store: InventoryStore): InventoryStore => ({
      ...store,
      async hold(hold) {
        const answer = await store.hold(hold);
        holds.inc({ outcome: answer.outcome.startsWith('replay:') ? 'replay' : answer.outcome });
        return answer;
      },
    }),
  };
}
