import { randomUUID } from 'node:crypto';
import { createBacklog } from '../kit/backlog.ts';
import { createClaims } from '../kit/claims.ts';
import { systemClock as clock } from '../kit/clock.ts';
import { createDynamo } from '../kit/dynamo.ts';
import { readEnvironment } from '../kit/environment.ts';
import { serviceProcess } from '../kit/service.ts';
import { remoteKeys } from '../kit/user-token.ts';
import { createAcceptRefund } from './accept-refund.ts';
import { createApp } from './app.ts';
import { ordersOver } from './clients.ts';
import { environmentSchema } from './env.ts';
import { createMakePayment } from './make-payment.ts';
import { paymentMetrics, workKindOf, workKinds } from './metrics.ts';
import { providerOver } from './provider.http.ts';
import { createRefundPayment } from './refund-payment.ts';
import { createRunner } from './runner.ts';
import { createPaymentStore } from './store.dynamo.ts';
import { startWorker } from './worker.ts';

const env = readEnvironment(environmentSchema, process.env);
const service = serviceProcess('payment-service', env);
const { log, metrics } = service;

/** How long a silent replica keeps its claims, in milliseconds: short enough to finish within 15 s of a crash. */
const holdMs = 5_000;
const holder = randomUUID();
const dynamo = createDynamo();
const table = env.PAYMENTS_TABLE;

const backlog = createBacklog(clock, workKinds, workKindOf);
const counted = paymentMetrics(metrics, backlog);
const store = counted.counting(createPaymentStore({ dynamo, table, holder, clock }));
const claims = createClaims({ dynamo, table, holder, holdMs, clock });
const orders = ordersOver(service.client('order-service', env.ORDER_SERVICE_URL));
const provider = providerOver(env.PAYMENT_PROVIDER_URL, env.PAYMENT_PROVIDER_KEY);

const alarm = (kind: string, paymentId: string) => {
  counted.alarm(kind);
  log.error({ payment_id: paymentId, kind }, 'needs attention');
};

const runner = createRunner({ store, orders, provider, claims, clock, log, alarm, entered: counted.entered });
const worker = startWorker({ dynamo, table, runner, clock, log, saw: backlog.saw });
const accept = createAcceptRefund({ store, runner, clock });

await service.run({
  app: createApp({
    ...service,
    verifiers: service.verifiers(remoteKeys(`${env.USER_SERVICE_URL}/.well-known/jwks.json`), env.SERVICE_JWKS_URL),
    store,
    accept,
    clock,
    makePayment: createMakePayment({ store, runner, clock }),
    refundPayment: createRefundPayment({ store, orders, accept, clock }),
  }),
  async stopWork() {
    await worker.stop();
    await runner.stop();
  },
  async closeResources() {
    await provider.close();
    dynamo.destroy();
  },
});
