import { notificationsTable } from '../../services/notification-lambda/table.ts';
import { cartsTable, ordersTable } from '../../services/order-service/table.ts';
import { paymentsTable } from '../../services/payment-service/table.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import type { DynamoName } from '../../services/platform/names.ts';
import { contactsTable, sessionsTable } from '../../services/user-service/table.ts';

/** Every table, from the service that owns it. */
export const tables = {
  'ecommerce-orders': ordersTable,
  'ecommerce-carts': cartsTable,
  'ecommerce-payments': paymentsTable,
  'ecommerce-sessions': sessionsTable,
  'ecommerce-contacts': contactsTable,
  'ecommerce-notifications': notificationsTable,
} as const satisfies Record<DynamoName, TableDefinition>;
