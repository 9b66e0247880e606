import { randomUUID } from 'node:crypto';
import { createBacklog } from '../kit/backlog.ts';
import { createClaims } from '../kit/claims.ts';
import { systemClock as clock } from '../kit/clock.ts';
import { createDynamo } from '../kit/dynamo.ts';
import { readEnvironment } from '../kit/environment.ts';
import { createKafka, createProducer } from '../kit/kafka.ts';
import { kafkaLogin } from '../kit/kafka-login.ts';
import { serviceProcess } from '../kit/service.ts';
import { createShardLeases } from '../kit/shard-leases.ts';
import { remoteKeys } from '../kit/user-token.ts';
import { shardNumberOf } from '../kit/work-index.ts';
import { createApp } from './app.ts';
import { createCancelOrder } from './cancel-order.ts';
import { createCartStore } from './cart-store.ts';
import { paymentsOver, productsOver, usersOver } from './clients.http.ts';
import { environmentSchema } from './env.ts';
import { orderMetrics, workKindOf, workKinds } from './metrics.ts';
import { createRelay } from './outbox.ts';
import { createPaymentCallback } from './payment-callback.ts';
import { createPaymentLease } from './payment-lease.ts';
import { createPerformAction } from './perform-action.ts';
import { createPlaceOrder } from './place-order.ts';
import { createSaga } from './saga.ts';
import { createOrderStore } from './store.dynamo.ts';
import { createDeliveries } from './timeline.ts';
import { startWorker } from './worker.ts';

const env = readEnvironment(environmentSchema, process.env);
const service = serviceProcess('order-service', env);
const { log, metrics } = service;

/** How long a silent replica keeps its claims and shards, in milliseconds: short enough to finish within 15 s of a crash. */
const holdMs = 5_000;
const holder = randomUUID();
const dynamo = createDynamo();
const table = env.ORDERS_TABLE;

const backlog = createBacklog(clock, workKinds, workKindOf);
const counted = orderMetrics(metrics, backlog);
const store = counted.counting(createOrderStore(dynamo, table, clock));
const carts = createCartStore(dynamo, env.CARTS_TABLE, clock);
const users = usersOver(service.client('user-service', env.USER_SERVICE_URL));
const products = productsOver(service.client('product-service', env.PRODUCT_SERVICE_URL));
const payments = paymentsOver(service.client('payment-service', env.PAYMENT_SERVICE_URL));
const producer = createProducer(createKafka('order-service', env.KAFKA_BROKERS, log, kafkaLogin(env)));

const alarm = (kind: string, orderId: string) => {
  counted.alarm(kind);
  log.error({ order_id: orderId, kind }, 'needs attention');
};

const relay = createRelay({
  store,
  producer,
  topic: env.ORDERS_TOPIC,
  clock,
  log,
  published: counted.published,
});
const leases = createShardLeases({ dynamo, table, pk: 'RELAY', holder, holdMs, clock });
/** At once where the order's shard is ours; otherwise its owner finds the event within a poll. */
const announced = (orderId: string) => {
  if (leases.owned().has(shardNumberOf(orderId))) void relay.publish(orderId);
};
const claims = createClaims({ dynamo, table, holder, holdMs, clock, isGone: leases.isGone });
const perform = createPerformAction({ products, payments, carts });
const saga = createSaga({ store, perform, clock, log, announced, alarm });
const worker = startWorker({ dynamo, table, claims, leases, saga, relay, clock, log, saw: backlog.saw });
const { kick, driving, driveNow } = worker;

await service.run({
  app: createApp({
    ...service,
    verifiers: service.verifiers(remoteKeys(`${env.USER_SERVICE_URL}/.well-known/jwks.json`), env.SERVICE_JWKS_URL),
    store,
    carts,
    products,
    saga,
    kick,
    deliveries: createDeliveries(dynamo, env.NOTIFICATIONS_TABLE),
    placeOrder: createPlaceOrder({ store, carts, users, products, saga, clock, holder, announced, driving, kick }),
    cancelOrder: createCancelOrder({ store, saga, clock, driveNow }),
    paymentLease: createPaymentLease({ store, products, saga, clock, kick }),
    paymentCallback: createPaymentCallback({ store, products, saga, log, alarm, kick }),
  }),
  stopWork: () => worker.stop(),
  async closeResources() {
    await producer.close();
    dynamo.destroy();
  },
});
