import document from '../../docs/openapi.json' with { type: 'json' };
import { systemClock } from '../kit/clock.ts';
import { createDynamo } from '../kit/dynamo.ts';
import { readEnvironment } from '../kit/environment.ts';
import { serviceProcess } from '../kit/service.ts';
import { createUserTokenVerifier, remoteKeys } from '../kit/user-token.ts';
import { platform } from '../platform/platform.ts';
import { createAdmission } from './admission.ts';
import { createApp } from './app.ts';
import { environmentSchema } from './env.ts';
import { relayedRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import { openUpstream } from './upstreams.ts';

const environment = readEnvironment(environmentSchema, process.env);
const { log, metrics, health, run } = serviceProcess('api-gateway', environment);

const dynamo = createDynamo();
const upstreams = {
  'user-service': openUpstream('user-service', environment.USER_SERVICE_URL),
  'product-service': openUpstream('product-service', environment.PRODUCT_SERVICE_URL),
  'order-service': openUpstream('order-service', environment.ORDER_SERVICE_URL),
  'payment-service': openUpstream('payment-service', environment.PAYMENT_SERVICE_URL),
};
const users = createUserTokenVerifier(remoteKeys(`${environment.USER_SERVICE_URL}/.well-known/jwks.json`));
const sessions = createSessions(dynamo, environment.SESSIONS_TABLE, systemClock);

await run({
  app: createApp({
    routes: relayedRoutes(platform),
    upstreams,
    admission: createAdmission(users, sessions),
    health,
    log,
    metrics,
    openApi: JSON.stringify(document),
    trustedProxies: environment.TRUSTED_PROXIES,
  }),
  async closeResources() {
    await Promise.all(Object.values(upstreams).map(({ pool }) => pool.destroy()));
    dynamo.destroy();
  },
});
