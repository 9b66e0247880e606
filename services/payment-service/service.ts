import { endpoint, secret, store } from '../platform/bindings.ts';
import type { ServiceFacts } from '../platform/facts.ts';

export const paymentService = {
  kind: 'service',
  name: 'payment-service',
  port: 8004,
  localPort: 8004,
  exposure: 'internal',
  publicRoutes: {
    'POST /payments': 'user',
    'GET /payments/:payment_id': 'user',
    'POST /payments/:payment_id/refund': 'admin',
  },
  calls: [
    { to: 'order-service', on: 'request' },
    { to: 'user-service', on: 'background' },
  ],
  stores: [{ store: 'ecommerce-payments', access: 'own' }],
  publishes: [],
  consumes: [],
  reaches: ['payment-provider', 'token-issuer'],
  scaling: { by: 'cpu', min: 2, max: 8, targetPercent: 70 },
  environment: {
    PAYMENTS_TABLE: store('ecommerce-payments'),
    ORDER_SERVICE_URL: endpoint('order-service'),
    USER_SERVICE_URL: endpoint('user-service'),
    PAYMENT_PROVIDER_URL: endpoint('payment-provider'),
    PAYMENT_PROVIDER_KEY: secret('payment-provider-key'),
    SERVICE_JWKS_URL: endpoint('token-issuer'),
  },
} as const satisfies ServiceFacts;
