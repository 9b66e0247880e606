import type { TableDefinition } from '../platform/facts.ts';

/** `SID#<session id>` / `META`: markers of sessions that were signed out. It can only deny; PostgreSQL is the record. */
export const sessionsTable = {
  name: 'ecommerce-sessions',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  timeToLive: 'expires_at',
  indexes: [],
} as const satisfies TableDefinition;

/** `USER#<user id>` / `META`: where to reach a user, read by the notification function. Erased with the user. */
export const contactsTable = {
  name: 'ecommerce-contacts',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  indexes: [],
} as const satisfies TableDefinition;
