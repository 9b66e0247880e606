import { sleep } from '../kit/backoff.ts';
import { databaseLogin } from '../kit/database-login.ts';
import { readEnvironment } from '../kit/environment.ts';
import { serviceProcess } from '../kit/service.ts';
import { remoteKeys } from '../kit/user-token.ts';
import { createApp } from './app.ts';
import { createCatalogueStore } from './catalogue-store.postgres.ts';
import { environmentSchema } from './env.ts';
import { createInventoryStore } from './inventory-store.postgres.ts';
import { productMetrics } from './metrics.ts';
import { openPools } from './pools.ts';
import { isMigrated } from './schema.ts';
import { startSweeper } from './sweeper.ts';

const environment = readEnvironment(environmentSchema, process.env);
const { log, metrics, health, verifiers, run } = serviceProcess('product-service', environment);
const pools = openPools(environment.DATABASE_URL, databaseLogin(environment));

// Migrations run before, as a job of their own; what serves only waits for them.
for (;;) {
  try {
    if (await isMigrated(pools.lists)) break;
    log.warn('waiting for the migrations');
  } catch (error) {
    log.warn({ err: error }, 'waiting for the database');
  }
  await sleep(500);
}

const catalogue = createCatalogueStore(pools);
const counted = productMetrics(metrics, pools);
const inventory = counted.counting(createInventoryStore(pools));
const sweeper = startSweeper({ inventory, log, expired: counted.expired }, environment.SWEEP_INTERVAL_MS);

await run({
  app: createApp({
    catalogue,
    inventory,
    log,
    metrics,
    health,
    verifiers: verifiers(
      remoteKeys(`${environment.USER_SERVICE_URL}/.well-known/jwks.json`),
      environment.SERVICE_JWKS_URL,
    ),
  }),
  stopWork: () => sweeper.stop(),
  closeResources: () => pools.close(),
});
