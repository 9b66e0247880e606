import { notificationsTable } from '../../services/notification-lambda/table.ts';
import { cartsTable, ordersTable } from '../../services/order-service/table.ts';
import { paymentsTable } from '../../services/payment-service/table.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import type { DynamoName } from '../../services/platform/names.ts';
import { contactsTable, sessionsTable } from '../../services/user-service/table.ts';

/** Keys and indexes of every table, as the services that own them declare them. */
export const tableDefinitions: Readonly<Record<DynamoName, TableDefinition>> = {
  'ecommerce-orders': ordersTable,
  'ecommerce-payments': paymentsTable,
  'ecommerce-carts': cartsTable,
  'ecommerce-sessions': sessionsTable,
  'ecommerce-contacts': contactsTable,
  'ecommerce-notifications': notificationsTable,
};
