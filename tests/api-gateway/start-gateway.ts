import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { Admission } from '../../services/api-gateway/admission.ts';
import { createApp } from '../../services/api-gateway/app.ts';
import { relayedRoutes } from '../../services/api-gateway/routes.ts';
import { openUpstream } from '../../services/api-gateway/upstreams.ts';
import { createHealth } from '../../services/kit/health.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { createHttpServer } from '../../services/kit/server.ts';
import { listenerOf } from '../../services/kit/service.ts';
import { platform } from '../../services/platform/platform.ts';

export type LoggedLine = Readonly<Record<string, unknown>>;

/** The real gateway in this process, all four services at one address. Everybody is admitted unless the test says otherwise. */
export async function startGateway(options: {
  readonly services: string;
  readonly admission?: Admission;
  readonly connections?: number;
  readonly trustedProxies?: number;
}) {
  const lines: LoggedLine[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line) as LoggedLine) });
  const metrics = createMetrics('api-gateway');
  const health = createHealth();
  const upstream = openUpstream('product-service', options.services, options.connections);
  const app = createApp({
    routes: relayedRoutes(platform),
    upstreams: {
      'user-service': upstream,
      'product-service': upstream,
      'order-service': upstream,
      'payment-service': upstream,
    },
    admission: options.admission ?? (async () => undefined),
    health,
    log,
    metrics,
    openApi: '{}',
    trustedProxies: options.trustedProxies ?? 0,
  });
  const server = createHttpServer(listenerOf(app), health);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    lines,
    metrics,
    pool: upstream.pool,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await upstream.pool.destroy();
    },
  };
}
