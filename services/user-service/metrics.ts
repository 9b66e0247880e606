import type { Metrics } from '../kit/metrics.ts';
import { sampleDatabases } from '../kit/pool-metrics.ts';
import type { Database } from '../kit/postgres.ts';
import type { OutboxStore } from './store.ts';

/** What user-service counts of its own. */
export function userMetrics(metrics: Pick<Metrics, 'counter' | 'sampled'>, database: Pick<Database, 'load'>) {
  const deliveries = metrics.counter('user_outbox_deliveries_total', 'Attempts to deliver a staged message', [
    'outcome',
  ]);
  sampleDatabases(metrics, { main: database });
  for (const outcome of ['delivered', 'postponed']) deliveries.inc({ outcome }, 0);

  return {
    /** The outbox, counting what became of its messages. */
    counting: (outbox: OutboxStore): OutboxStore => ({
      ...outbox,
      async delivered(outboxId) {
        await outbox.delivered(outboxId);
        deliveries.inc({ outcome: 'delivered' });
      },
      async postpone(outboxId, delayMs) {
        deliveries.inc({ outcome: 'postponed' });
        await outbox.postpone(outboxId, delayMs);
      },
    }),
  };
}
