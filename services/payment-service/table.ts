import { workIndex } from '../kit/work-index.ts';
import type { TableDefinition } from '../platform/facts.ts';

/**
 * `PAY#<payment_id>` with META, `EVT#<seq>` and `REFUND#<n>`; `ORDER#<order_id>` / ACTIVE, the one attempt under way;
 * `IDEM#<record id>` / META. Only attempts carry `order_id` with `created_at`, so only they are in `by_order`.
 */
export const paymentsTable = {
  name: 'ecommerce-payments',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  timeToLive: 'expires_at',
  indexes: [
    {
      name: 'by_order',
      partitionKey: { name: 'order_id', type: 'S' },
      sortKey: { name: 'created_at', type: 'S' },
      projection: 'ALL',
    },
    workIndex,
  ],
} as const satisfies TableDefinition;
