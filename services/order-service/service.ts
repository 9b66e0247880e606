import { endpoint, store, topic } from '../platform/bindings.ts';
import type { ServiceFacts } from '../platform/facts.ts';

export const orderService = {
  kind: 'service',
  name: 'order-service',
  port: 8003,
  localPort: 8003,
  exposure: 'internal',
  publicRoutes: {
    'POST /orders': 'user',
    'GET /orders': 'user',
    'GET /orders/user/:user_id': 'user',
    'GET /orders/:order_id': 'user',
    'GET /orders/:order_id/timeline': 'user',
    'POST /orders/:order_id/cancel': 'user',
    'GET /cart': 'anyone',
    'PUT /cart/items/:product_id': 'anyone',
    'DELETE /cart/items/:product_id': 'anyone',
    'DELETE /cart': 'anyone',
  },
  calls: [
    { to: 'user-service', on: 'request' },
    { to: 'product-service', on: 'request' },
    { to: 'payment-service', on: 'background' },
  ],
  stores: [
    { store: 'ecommerce-orders', access: 'own' },
    { store: 'ecommerce-carts', access: 'own' },
    { store: 'ecommerce-notifications', access: 'read' },
  ],
  publishes: [
    { topic: 'orders.v1', partitions: 6, retentionDays: 7, deadLetter: 'orders.v1.dlq' },
    { topic: 'orders.v1.dlq', partitions: 1, retentionDays: 14, deadLetter: 'none' },
  ],
  consumes: [],
  reaches: ['kafka', 'token-issuer'],
  scaling: { by: 'cpu', min: 2, max: 10, targetPercent: 70 },
  environment: {
    ORDERS_TABLE: store('ecommerce-orders'),
    CARTS_TABLE: store('ecommerce-carts'),
    NOTIFICATIONS_TABLE: store('ecommerce-notifications'),
    ORDERS_TOPIC: topic('orders.v1'),
    KAFKA_BROKERS: endpoint('kafka'),
    USER_SERVICE_URL: endpoint('user-service'),
    PRODUCT_SERVICE_URL: endpoint('product-service'),
    PAYMENT_SERVICE_URL: endpoint('payment-service'),
    SERVICE_JWKS_URL: endpoint('token-issuer'),
  },
} as const satisfies ServiceFacts;
