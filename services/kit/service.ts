import type { RequestListener } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import type { JWTVerifyGetKey } from 'jose';
import type { ServiceName } from '../platform/names.ts';
import type { Verifiers } from './access.ts';
import { armFailpoints } from './failpoints.ts';
import { createHealth, type Health } from './health.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { newId } from './ids.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics, serveMetrics } from './metrics.ts';
import { problem, problemResponse } from './problem.ts';
import { runServer } from './server.ts';
import { createServiceTokenVerifier, serviceTokensFrom } from './service-token.ts';
import { createUserTokenVerifier, remoteKeys } from './user-token.ts';

/** What every service process has before it builds its own adapters. */
export type ServiceProcess = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly verifiers: (users: JWTVerifyGetKey, serviceJwksUrl: string) => Verifiers;
  /** A client for another service with this service's token. */
  readonly client: (callee: ServiceName, baseUrl: string) => HttpClient;
  /** Serves the application and metrics until the process is told to stop. */
  readonly run: (parts: {
    readonly app: Pick<Hono, 'fetch'>;
    readonly stopWork?: () => Promise<void>;
    readonly closeResources?: () => Promise<void>;
  }) => Promise<void>;
};

type ProcessEnvironment = {
  readonly PORT: number;
  readonly METRICS_PORT: number;
  readonly HOST: string;
  readonly LOG_LEVEL: string;
  readonly SERVICE_TOKEN_DIR: string;
  readonly SHUTDOWN_DELAY_MS: number;
  readonly FAILPOINT?: string | undefined;
};

/** The parts that all services share, so that a `main.ts` only names its own adapters. */
export function serviceProcess(
  name: ServiceName,
  environment: ProcessEnvironment,
  useless?: () => string | undefined,
): ServiceProcess {
  if (environment.FAILPOINT) armFailpoints(environment.FAILPOINT);
  const log = createLog(name, environment.LOG_LEVEL);
  const metrics = createMetrics(name);
  const health = createHealth(useless);
  const token = serviceTokensFrom(environment.SERVICE_TOKEN_DIR);
  const clients: HttpClient[] = [];
  return {
    log,
    metrics,
    health,
    verifiers: (users, serviceJwksUrl) => ({
      users: createUserTokenVerifier(users),
      services: createServiceTokenVerifier(remoteKeys(serviceJwksUrl), name),
    }),
    client(callee, baseUrl) {
      const client = createHttpClient({ callee, baseUrl, token, metrics });
      clients.push(client);
      return client;
    },
    async run({ app, stopWork, closeResources }) {
      const metricsServer = await serveMetrics(metrics, environment.METRICS_PORT, environment.HOST);
      await runServer({
        listener: listenerOf(app),
        port: environment.PORT,
        host: environment.HOST,
        health,
        log,
        shutdownDelayMs: environment.SHUTDOWN_DELAY_MS,
        stopWork: stopWork ?? (async () => {}),
        async closeResources() {
          await closeResources?.();
          await Promise.all(clients.map((client) => client.close()));
          metricsServer.close();
          metricsServer.closeAllConnections();
        },
      });
    },
  };
}

/** Turns an application into a Node listener; a request that has no valid URL (no Host, for example) is refused here. */
export const listenerOf = (app: Pick<Hono, 'fetch'>): RequestListener =>
  getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler(error) {
      const requestId = newId('request');
      const of =
        error instanceof RequestError
          ? problem('bad_request', 'Send a valid request target and one Host header.')
          : problem('internal', 'The request failed; report it with the request id.');
      const response = problemResponse(of, requestId);
      response.headers.set('x-request-id', requestId);
      return response;
    },
  });
