import { endpoint, store } from '../platform/bindings.ts';
import type { ServiceFacts } from '../platform/facts.ts';

export const productService = {
  kind: 'service',
  name: 'product-service',
  port: 8001,
  localPort: 8002,
  exposure: 'internal',
  publicRoutes: {
    'GET /products': 'anyone',
    'GET /products/:product_id': 'anyone',
    'POST /products': 'admin',
    'PATCH /products/:product_id': 'admin',
    'POST /products/:product_id/stock': 'admin',
  },
  calls: [{ to: 'user-service', on: 'background' }],
  stores: [{ store: 'product-database', access: 'own', connections: 6 }],
  publishes: [],
  consumes: [],
  reaches: ['token-issuer'],
  scaling: { by: 'memory', min: 2, max: 8, targetPercent: 80 },
  environment: {
    DATABASE_URL: store('product-database'),
    USER_SERVICE_URL: endpoint('user-service'),
    SERVICE_JWKS_URL: endpoint('token-issuer'),
  },
} as const satisfies ServiceFacts;
