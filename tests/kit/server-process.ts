import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createApp } from '../../services/kit/app.ts';
import { createHealth } from '../../services/kit/health.ts';
import { createLog } from '../../services/kit/log.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { reply, route } from '../../services/kit/route.ts';
import { runServer } from '../../services/kit/server.ts';
import { listenerOf } from '../../services/kit/service.ts';

/** A service process for the shutdown tests: `node server-process.ts <shutdown delay in ms>`; it prints what it does. */
const say = (what: string): void => {
  process.stdout.write(`${JSON.stringify({ msg: what })}\n`);
};
const health = createHealth();
const log = createLog('order-service', 'info');
const nobody = { verify: () => Promise.resolve(undefined) };
const app = createApp({
  routes: [
    route({
      method: 'GET',
      path: '/after/:ms',
      summary: 'Answers after so many milliseconds; -1 fails behind the request’s back',
      access: { anyone: true },
      params: z.object({ ms: z.coerce.number() }),
      answers: { 204: null },
      problems: [],
      async handle({ params }) {
        if (params.ms < 0) void Promise.reject(new Error('nobody waits for this'));
        await sleep(Math.max(0, params.ms));
        say('answered');
        return reply(204);
      },
    }),
  ],
  verifiers: { users: nobody, services: nobody },
  health,
  log,
  metrics: createMetrics('order-service'),
});
await runServer({
  listener: listenerOf(app),
  port: 0,
  host: '127.0.0.1',
  health,
  log,
  shutdownDelayMs: Number(process.argv[2]),
  stopWork: async () => say('work stopped'),
  closeResources: async () => say('resources closed'),
});
