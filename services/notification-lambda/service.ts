import { literal, store } from '../platform/bindings.ts';
import type { FunctionFacts } from '../platform/facts.ts';

export const notificationLambda = {
  kind: 'function',
  name: 'notification-lambda',
  stores: [
    { store: 'ecommerce-notifications', access: 'own' },
    { store: 'ecommerce-contacts', access: 'read' },
  ],
  publishes: [],
  consumes: [{ topic: 'orders.v1', group: 'notification-lambda' }],
  reaches: ['email'],
  environment: {
    CONTACTS_TABLE: store('ecommerce-contacts'),
    NOTIFICATIONS_TABLE: store('ecommerce-notifications'),
    MAIL_FROM: literal('orders@shop.example'),
  },
} as const satisfies FunctionFacts;
