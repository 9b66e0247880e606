import { endpoint, secret, store } from '../platform/bindings.ts';
import type { ServiceFacts } from '../platform/facts.ts';

export const userService = {
  kind: 'service',
  name: 'user-service',
  port: 8001,
  localPort: 8001,
  exposure: 'internal',
  publicRoutes: {
    'POST /users': 'anyone',
    'POST /auth/login': 'anyone',
    'POST /auth/refresh': 'anyone',
    'POST /auth/logout': 'anyone',
    'GET /users/me': 'user',
    'PATCH /users/me': 'user',
    'GET /users/me/sessions': 'user',
    'DELETE /users/me/sessions/:session_id': 'user',
    'GET /users/:user_id': 'user',
    'GET /.well-known/jwks.json': 'anyone',
  },
  calls: [],
  stores: [
    { store: 'user-database', access: 'own', connections: 6 },
    { store: 'ecommerce-sessions', access: 'own' },
    { store: 'ecommerce-contacts', access: 'own' },
  ],
  publishes: [],
  consumes: [],
  reaches: ['token-issuer'],
  scaling: { by: 'manual', min: 2, max: 4, replicas: 2 },
  environment: {
    DATABASE_URL: store('user-database'),
    SESSIONS_TABLE: store('ecommerce-sessions'),
    CONTACTS_TABLE: store('ecommerce-contacts'),
    ACCESS_TOKEN_KEYS: secret('access-token-keys'),
    REFRESH_TOKEN_KEY: secret('refresh-token-key'),
    SERVICE_JWKS_URL: endpoint('token-issuer'),
  },
} as const satisfies ServiceFacts;
