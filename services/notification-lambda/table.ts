import type { TableDefinition } from '../platform/facts.ts';

/**
 * `ORDER#<order id>` / `<event id>#<channel>`: what was sent for an order, kept as long as the order.
 * `REJECTED#<topic>-<partition>` / `<offset>`: a record that can never succeed, kept for 30 days.
 */
export const notificationsTable = {
  name: 'ecommerce-notifications',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  timeToLive: 'expires_at',
  indexes: [],
} as const satisfies TableDefinition;
