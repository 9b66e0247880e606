import { type Context, Hono } from 'hono';
import { authorize, type Principal, type Verifiers } from './access.ts';
import type { Health } from './health.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type Problem, problem, problemResponse } from './problem.ts';
import { invalidRequest, readJson } from './request-body.ts';
import { currentContext, type RequestContext, withContext } from './request-context.ts';
import type { Reply, Route } from './route.ts';
import { newSpanId, newTraceId, traceIdOf, traceparent } from './trace.ts';
import { Unavailable } from './unavailable.ts';

export type AppParts = {
  readonly routes: readonly Route[];
  readonly verifiers: Verifiers;
  readonly health: Health;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** The HTTP application of a service: context, access, parsing, routes, error mapping. It does no I/O of its own. */
export function createApp({ routes, verifiers, health, log, metrics }: AppParts): Hono {
  const app = new Hono({ strict: true });
  health.mount(app);

  for (const one of routes) {
    app.on(one.method, one.path, (c) => {
      const started = performance.now();
      return withContext(contextOf(c, started), async () => {
        let response: Response;
        try {
          response = await answer(c, one, verifiers);
        } catch (error) {
          response = problemResponse(problemOf(error, log), requestIdOf());
        }
        finish(response, c);
        const seconds = (performance.now() - started) / 1000;
        metrics.requests.observe({ method: one.method, route: one.path, status: response.status }, seconds);
        if (one.idempotencyKey && response.headers.has('idempotent-replayed'))
          metrics.replays.inc({ method: one.method, route: one.path });
        const line = {
          method: one.method,
          route: one.path,
          status: response.status,
          ms: Math.round(seconds * 1e4) / 10,
        };
        if (response.status >= 500) log.warn(line, 'request');
        else log.info(line, 'request');
        return response;
      });
    });
  }

  const known = new Map<string, string[]>();
  for (const { path, method } of routes) known.set(path, [...(known.get(path) ?? []), method]);
  for (const [path, methods] of known)
    app.all(path, (c) => {
      const detail = `Use ${methods.join(' or ')}.`;
      return refuse(c, problem('method_not_allowed', detail, { headers: { allow: methods.join(', ') } }));
    });
  app.notFound((c) => refuse(c, problem('not_found', 'There is nothing at this address.')));
  app.onError((error, c) => refuse(c, problemOf(error, log)));
  return app;
}

async function answer(c: Context, one: Route, verifiers: Verifiers): Promise<Response> {
  const principal = await authorize(one.access, c.req.header('authorization'), c.req.header('x-user-token'), verifiers);
  if (principal.kind === 'problem') return problemResponse(principal, requestIdOf());
  const outcome = await handle(c, one, principal);
  if (outcome.kind === 'problem') return problemResponse(outcome, requestIdOf());
  return responseOf(one, outcome);
}

async function handle(c: Context, one: Route, principal: Principal): Promise<Reply | Problem> {
  let idempotencyKey = '';
  if (one.idempotencyKey) {
    const key = idempotencyKeyOf(c.req.header('idempotency-key'));
    if (typeof key !== 'string') return key;
    idempotencyKey = key;
  }
  const params = one.params?.safeParse(c.req.param());
  if (params?.error) return problem('not_found', 'There is nothing at this address.');
  const query = one.query?.safeParse(c.req.query());
  if (query?.error) return invalidRequest('query', query.error);
  let body: unknown;
  if (one.body) {
    const json = await readJson(c.req.raw, one.bodyMayBeEmpty === true);
    if (json.kind === 'problem') return json;
    const parsed = one.body.safeParse(json.value);
    if (parsed.error) return invalidRequest('body', parsed.error);
    body = parsed.data;
  }
  const input = { params: params?.data, query: query?.data, body, principal, idempotencyKey };
  const run = () => one.handle({ ...input, header: (name) => c.req.header(name) } as Parameters<Route['handle']>[0]);
  const context = currentContext();
  // Only a token that was verified travels on.
  const userToken =
    principal.kind === 'user'
      ? principal.token
      : principal.kind === 'service' && principal.user
        ? c.req.header('x-user-token')
        : undefined;
  return userToken && context ? withContext({ ...context, userToken }, run) : run();
}

function responseOf(one: Route, reply: Reply): Response {
  const headers = new Headers(reply.headers);
  if (reply.kind === 'stored') {
    if (!headers.has('content-type'))
      headers.set('content-type', reply.status >= 400 ? 'application/problem+json' : 'application/json');
    return new Response(reply.bytes, { status: reply.status, headers });
  }
  const schema = one.answers[reply.status];
  if (schema === undefined) throw new Error(`${one.method} ${one.path} does not declare the status ${reply.status}`);
  if (schema === null) return new Response(null, { status: reply.status, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(schema.parse(reply.body)), { status: reply.status, headers });
}

function contextOf(c: Context, started: number): RequestContext {
  const sent = c.req.header('x-request-id');
  const left = Number(c.req.header('x-deadline-ms'));
  return {
    requestId: sent && /^[\w-]{8,64}$/.test(sent) ? sent : newId('request'),
    traceId: traceIdOf(c.req.header('traceparent')) ?? newTraceId(),
    spanId: newSpanId(),
    deadline: left > 0 ? started + left : undefined,
    userToken: undefined,
  };
}

const requestIdOf = (): string => currentContext()?.requestId ?? newId('request');

function finish(response: Response, c: Context): void {
  const context = currentContext() ?? contextOf(c, performance.now());
  response.headers.set('x-request-id', context.requestId);
  response.headers.set('traceparent', traceparent(context.traceId, context.spanId));
}

function refuse(c: Context, of: Problem): Response {
  return withContext(contextOf(c, performance.now()), () => {
    const response = problemResponse(of, requestIdOf());
    finish(response, c);
    return response;
  });
}

/** The one place where an exception becomes an answer: a dependency that cannot be asked is 503, everything else a defect. */
function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof Unavailable) {
    log.warn({ dependency: error.dependency, err: error }, 'dependency unavailable');
    return problem('unavailable', 'Try again shortly; nothing was decided.', { extra: error.extra });
  }
  log.error({ err: error }, 'defect');
  return problem('internal', 'The request failed; report it with the request id.');
}
