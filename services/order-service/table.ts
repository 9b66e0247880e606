import { workIndex } from '../kit/work-index.ts';
import type { TableDefinition } from '../platform/facts.ts';

/**
 * Orders, their events (the outbox), callbacks seen, idempotency records and relay leases, so that one transaction covers
 * them. `ORDER#<id>`: `META`, `EVT#<seq>`, `PEV#<event id>`; `IDEM#<digest>`: `META`; `RELAY`: `SHARD#<n>`, `HOLDER#<id>`.
 */
export const ordersTable = {
  name: 'ecommerce-orders',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  timeToLive: 'expires_at',
  indexes: [
    {
      name: 'by_user',
      partitionKey: { name: 'user_id', type: 'S' },
      sortKey: { name: 'created_at', type: 'N' },
      projection: 'ALL',
    },
    workIndex,
  ],
} as const satisfies TableDefinition;

/** `CART#<user or guest id>` / `META`. */
export const cartsTable = {
  name: 'ecommerce-carts',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  timeToLive: 'expires_at',
  indexes: [],
} as const satisfies TableDefinition;
