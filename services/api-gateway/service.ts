import { endpoint, store } from '../platform/bindings.ts';
import type { ServiceFacts } from '../platform/facts.ts';

export const apiGateway = {
  kind: 'service',
  name: 'api-gateway',
  port: 8080,
  localPort: 8080,
  exposure: 'public',
  publicRoutes: {},
  calls: [
    { to: 'user-service', on: 'request' },
    { to: 'product-service', on: 'request' },
    { to: 'order-service', on: 'request' },
    { to: 'payment-service', on: 'request' },
  ],
  stores: [{ store: 'ecommerce-sessions', access: 'read' }],
  publishes: [],
  consumes: [],
  reaches: [],
  scaling: { by: 'manual', min: 2, max: 5, replicas: 2 },
  environment: {
    USER_SERVICE_URL: endpoint('user-service'),
    PRODUCT_SERVICE_URL: endpoint('product-service'),
    ORDER_SERVICE_URL: endpoint('order-service'),
    PAYMENT_SERVICE_URL: endpoint('payment-service'),
    SESSIONS_TABLE: store('ecommerce-sessions'),
  },
} as const satisfies ServiceFacts;
