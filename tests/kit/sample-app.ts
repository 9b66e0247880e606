import { Writable } from 'node:stream';
import pino from 'pino';
import { z } from 'zod';
import type { AppParts } from '../../services/kit/app.ts';
import { createApp } from '../../services/kit/app.ts';
import { createHealth } from '../../services/kit/health.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { currentContext } from '../../services/kit/request-context.ts';
import { type Route, reply, route } from '../../services/kit/route.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';

const open = { anyone: true } as const;
const echoed = z.object({ note: z.string(), count: z.int() });

/** Routes of every kind that an application knows. */
export const sampleRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/notes',
    summary: 'Takes a body',
    access: open,
    body: z.strictObject({ note: z.string(), inner: z.strictObject({ 'a/b~c': z.int() }).optional() }),
    answers: { 201: echoed },
    problems: [],
    handle: ({ body }) => reply(201, { note: body.note, count: body.note.length, password_hash: 'never' }),
  }),
  route({
    method: 'GET',
    path: '/notes',
    summary: 'Takes a query',
    access: open,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(10).default(5) }),
    answers: { 200: z.object({ limit: z.int() }) },
    problems: [],
    handle: ({ query }) => reply(200, query),
  }),
  route({
    method: 'POST',
    path: '/notes/:note_id/archive',
    summary: 'Takes a path, a key and perhaps a body',
    access: open,
    params: z.object({ note_id: z.string().regex(/^n\d+$/) }),
    idempotencyKey: 'required',
    body: z.strictObject({ reason: z.string().optional() }),
    bodyMayBeEmpty: true,
    answers: { 200: z.object({ note_id: z.string(), key: z.string() }) },
    problems: ['not_found'],
    handle: ({ params, idempotencyKey }) => reply(200, { note_id: params.note_id, key: idempotencyKey }),
  }),
  route({
    method: 'GET',
    path: '/context',
    summary: 'What a handler sees of the request',
    access: open,
    answers: { 200: z.object({ request_id: z.string(), trace_id: z.string(), left: z.number().nullable() }) },
    problems: [],
    handle() {
      const context = currentContext();
      const left = context?.deadline === undefined ? null : Math.round(context.deadline - performance.now());
      return reply(200, { request_id: context?.requestId, trace_id: context?.traceId, left });
    },
  }),
  route({
    method: 'GET',
    path: '/fail/:how',
    summary: 'Fails',
    access: open,
    params: z.object({ how: z.string() }),
    answers: { 200: z.object({ ok: z.literal(true) }), 204: null },
    problems: [],
    handle({ params }) {
      if (params.how === 'unavailable') throw new Unavailable('postgresql', 'secret-host:5432', { order_id: 'ord_1' });
      if (params.how === 'defect') throw new Error('SELECT secret FROM table');
      if (params.how === 'shape') return reply(200, { ok: false });
      if (params.how === 'status') return reply(202, { ok: true });
      return reply(204);
    },
  }),
];

/** An application on `sampleRoutes`, and the log lines that it wrote. */
export function sampleApp(more: Partial<AppParts> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    new Writable({
      write(chunk, _, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    }),
  );
  const nobody = { verify: () => Promise.resolve(undefined) };
  const health = createHealth();
  const metrics = createMetrics('order-service');
  const app = createApp({
    routes: sampleRoutes,
    verifiers: { users: nobody, services: nobody },
    health,
    log,
    metrics,
    ...more,
  });
  return { app, health, log, lines, metrics };
}
