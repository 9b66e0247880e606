import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Health } from '../kit/health.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { publicPrefix, type RelayedRoute } from './routes.ts';
import { defect, type ServingParts, serve } from './serve.ts';
import { isCanonical, pathOf } from './target.ts';
import { createUnrouted } from './unrouted.ts';

export type GatewayParts = ServingParts & {
  readonly routes: readonly RelayedRoute[];
  readonly health: Health;
  /** The OpenAPI document as JSON text. */
  readonly openApi: string;
};

/** The messages of Node itself, which the listener passes along with each request. */
const nodeOf = (env: unknown): HttpBindings => env as HttpBindings;

/** No route has this path: what is not canonical must not reach the router in any reading. */
const unroutable = '\0';

/** The gateway: routes on the exact bytes of the path, admits, and relays. Everything it answers itself is a problem document. */
export function createApp(parts: GatewayParts): Hono {
  const app = new Hono({
    getPath(_, options) {
      const target = nodeOf(options?.env).incoming.url ?? '';
      return isCanonical(target) ? pathOf(target) : unroutable;
    },
  });
  parts.health.mount(app);
  const open = (c: Context, template: string): Exchange => {
    const { incoming, outgoing } = nodeOf(c.env);
    return openExchange(incoming, outgoing, template, parts);
  };

  for (const route of parts.routes) {
    const upstream = parts.upstreams[route.service];
    if (!upstream) throw new Error(`${route.method} ${route.path} belongs to ${route.service}, which has no upstream`);
    app.on(route.method, route.path, (c) => {
      const exchange = open(c, route.path);
      serve(exchange, route, upstream, parts);
      return RESPONSE_ALREADY_SENT;
    });
  }

  const document = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
  for (const path of ['/openapi.json', `${publicPrefix}/openapi.json`])
    app.get(path, (c) => {
      const exchange = open(c, path);
      const headers = { ...document, 'x-request-id': exchange.requestId, traceparent: exchange.traceparent };
      exchange.outgoing.writeHead(200, headers).end(parts.openApi);
      return RESPONSE_ALREADY_SENT;
    });

  const unrouted = createUnrouted(parts.routes);
  app.notFound((c) => {
    const exchange = open(c, 'none');
    exchange.refuse(unrouted(exchange.incoming.url ?? ''));
    return RESPONSE_ALREADY_SENT;
  });
  app.onError((error, c) => {
    parts.log.error({ err: error }, 'defect');
    open(c, 'none').refuse(defect());
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}
