import { cartsTable, ordersTable } from '../../services/order-service/table.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import type { DynamoName } from '../../services/platform/names.ts';
import { contactsTable, sessionsTable } from '../../services/user-service/table.ts';

/** Every table, from the service that owns it. */
export const tables = {
  'ecommerce-orders': ordersTable,
  'ecommerce-carts': cartsTable,
  'ecommerce-sessions': sessionsTable,
  'ecommerce-contacts': contactsTable,
} as const satisfies Partial<Record<DynamoName, TableDefinition>>;
