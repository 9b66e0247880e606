import { createHealth } from '../../services/kit/health.ts';
import { createLog } from '../../services/kit/log.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { createApp } from '../../services/product-service/app.ts';
import { createCatalogueStore } from '../../services/product-service/catalogue-store.postgres.ts';
import { createInventoryStore } from '../../services/product-service/inventory-store.postgres.ts';
import { openPools } from '../../services/product-service/pools.ts';
import { verifiers } from './tokens.ts';

type Json = Record<string, unknown>;
export type Answered = { readonly status: number; readonly body: Json; readonly headers: Headers };
export type ProductApp = {
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  close(): Promise<void>;
};

/** The service's application on a database, without a socket in between. */
export function openProductApp(url: string): ProductApp {
  const pools = openPools(url);
  const app = createApp({
    catalogue: createCatalogueStore(pools),
    inventory: createInventoryStore(pools),
    verifiers,
    health: createHealth(),
    log: createLog('product-service', 'fatal'),
    metrics: createMetrics('product-service'),
  });
  return {
    async request(method, path, body, headers = {}) {
      const response = await app.request(path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Json),
        headers: response.headers,
      };
    },
    close: () => pools.close(),
  };
}
