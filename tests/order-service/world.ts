import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createClaims } from '../../services/kit/claims.ts';
import { systemClock as clock } from '../../services/kit/clock.ts';
import type { Dynamo } from '../../services/kit/dynamo.ts';
import { newId } from '../../services/kit/ids.ts';
import { createKafka, createProducer } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import { createShardLeases } from '../../services/kit/shard-leases.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { createCancelOrder } from '../../services/order-service/cancel-order.ts';
import { createCartStore } from '../../services/order-service/cart-store.ts';
import type { PaymentEvent, Payments, Products, Users } from '../../services/order-service/clients.ts';
import { createRelay } from '../../services/order-service/outbox.ts';
import { createPaymentCallback } from '../../services/order-service/payment-callback.ts';
import { createPaymentLease } from '../../services/order-service/payment-lease.ts';
import { createPerformAction } from '../../services/order-service/perform-action.ts';
import { createPlaceOrder } from '../../services/order-service/place-order.ts';
import { createSaga } from '../../services/order-service/saga.ts';
import { createOrderStore } from '../../services/order-service/store.dynamo.ts';
import { cartsTable, ordersTable } from '../../services/order-service/table.ts';
import { startWorker } from '../../services/order-service/worker.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';
import { createTopic } from '../harness/kafka.ts';

export const log = createLog('test', 'fatal');

/** A double of product-service's stock: one product, whole holds, and outages on demand. */
export function stockDouble(units: number) {
  const held = new Map<string, { quantity: number; state: string }>();
  const calls: string[] = [];
  const double = {
    price: 5_000,
    down: false,
    delayMs: 0,
    held,
    calls,
    get free() {
      const taken = [...held.values()].filter((one) => one.state === 'held' || one.state === 'committed');
      return units - taken.reduce((sum, one) => sum + one.quantity, 0);
    },
  };
  const asked = async (what: string) => {
    calls.push(what);
    if (double.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, double.delayMs));
    if (double.down) throw new Unavailable('product-service', 'the double is down');
  };
  const products: Products = {
    async quote(items) {
      await asked('quote');
      return {
        items: items.map(({ product_id }) => ({
          product_id,
          title: 'Kettle',
          unit_price: { amount_minor: double.price, currency: 'INR' },
          price_version: 1,
          available: double.free,
        })),
        missing: [],
      };
    },
    async hold(orderId, lines) {
      await asked(`hold ${orderId}`);
      const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
      const known = held.get(orderId);
      const expiresAt = Date.now() + 900_000;
      if (known) return { outcome: `replay:${known.state}`, expiresAt, shortages: [] };
      if (quantity > double.free) return { outcome: 'insufficient', expiresAt: undefined, shortages: [] };
      held.set(orderId, { quantity, state: 'held' });
      return { outcome: 'held', expiresAt, shortages: [] };
    },
    async resolve(orderId, how) {
      await asked(`${how} ${orderId}`);
      const to = { commit: 'committed', release: 'released', expire: 'expired', return: 'returned' }[how];
      const known = held.get(orderId);
      if (!known) {
        if (how !== 'release') return 'unknown';
        held.set(orderId, { quantity: 0, state: 'released' });
        return 'tombstone';
      }
      if (known.state === to) return 'replay';
      if (known.state !== (how === 'return' ? 'committed' : 'held')) return `conflict:${known.state}`;
      known.state = to;
      return 'ok';
    },
    async extend(orderId, seconds) {
      await asked(`extend ${orderId}`);
      const known = held.get(orderId);
      if (known?.state !== 'held')
        return { outcome: known ? `conflict:${known.state}` : 'unknown', expiresAt: undefined };
      return { outcome: 'ok', expiresAt: Date.now() + seconds * 1000 };
    },
  };
  return Object.assign(double, { products });
}

/** A double of payment-service as order-service asks it. */
export function paymentsDouble() {
  const double = { abandoned: 'abandoned', latest: undefined as PaymentEvent | undefined, refunds: [] as string[] };
  const payments: Payments = {
    latest: async () => double.latest,
    abandon: async () => double.abandoned,
    refund: async ({ refund_id }) => {
      double.refunds.push(refund_id);
    },
  };
  return Object.assign(double, { payments });
}

/** Tables and a topic of a test's own. */
export async function places(): Promise<{ orders: string; carts: string; topic: string }> {
  const [tables, topic] = await Promise.all([createTables([ordersTable, cartsTable], 'order'), createTopic('orders')]);
  return { orders: tables['ecommerce-orders'], carts: tables['ecommerce-carts'], topic };
}

/** One replica of order-service without its HTTP shell: real DynamoDB and Kafka, doubles for the other services. */
export function replica(
  where: { readonly orders: string; readonly carts: string; readonly topic: string },
  parts: {
    readonly stock?: ReturnType<typeof stockDouble>;
    readonly payments?: ReturnType<typeof paymentsDouble>;
    readonly users?: Users;
    readonly dynamo?: Dynamo;
    readonly brokers?: string;
    readonly holdMs?: number;
    /** Off: nothing is recovered and nothing is published by the poll. */
    readonly working?: boolean;
  } = {},
) {
  const stock = parts.stock ?? stockDouble(1_000);
  const pay = parts.payments ?? paymentsDouble();
  const dynamo = parts.dynamo ?? createDynamoClient();
  const holder = randomUUID();
  const holdMs = parts.holdMs ?? 600;
  const alarms: string[] = [];
  const store = createOrderStore(dynamo, where.orders, clock);
  const carts = createCartStore(dynamo, where.carts, clock);
  const producer = createProducer(createKafka('test', parts.brokers ?? inject('kafkaBrokers'), log));
  const relay = createRelay({ store, producer, topic: where.topic, clock, log, published: () => {} });
  const leases = createShardLeases({ dynamo, table: where.orders, pk: 'RELAY', holder, holdMs, clock });
  const claims = createClaims({ dynamo, table: where.orders, holder, holdMs, clock, isGone: leases.isGone });
  const perform = createPerformAction({ products: stock.products, payments: pay.payments, carts });
  const announced = (orderId: string) => {
    if (parts.working !== false) void relay.publish(orderId);
  };
  const alarm = (what: string) => alarms.push(what);
  const saga = createSaga({ store, perform, clock, log, announced, alarm });
  const worker =
    parts.working === false
      ? undefined
      : startWorker({ dynamo, table: where.orders, claims, leases, saga, relay, clock, log });
  const driving = worker?.driving ?? ((_: string, work: () => Promise<unknown>) => work());
  const kick = worker?.kick ?? (() => {});
  const users = parts.users ?? { isActive: async () => true };
  return {
    stock,
    pay,
    store,
    carts,
    relay,
    saga,
    claims,
    alarms,
    placeOrder: createPlaceOrder({
      store,
      carts,
      users,
      products: stock.products,
      saga,
      clock,
      holder,
      announced,
      driving,
      kick,
    }),
    cancelOrder: createCancelOrder({ store, saga, clock, driveNow: async (id) => worker?.driveNow(id) }),
    lease: createPaymentLease({ store, products: stock.products, saga, clock, kick }),
    callback: createPaymentCallback({ store, products: stock.products, saga, log, alarm, kick }),
    async close() {
      await worker?.stop();
      await producer.close();
      dynamo.destroy();
    },
  };
}

export const aProduct = newId('product');

/** A command to place an order for `quantity` kettles. */
export function command(change: { userId?: string; key?: string; quantity?: number; fingerprint?: string } = {}) {
  const quantity = change.quantity ?? 1;
  const userId = change.userId ?? newId('user');
  return {
    userId,
    requestId: newId('request'),
    recordId: `${userId}/${change.key ?? randomUUID()}`,
    fingerprint: change.fingerprint ?? `fp-${quantity}`,
    request: {
      items: [{ product_id: aProduct, quantity }],
      shipping_address: {
        recipient: 'A',
        line1: 'B',
        city: 'Pune',
        region: 'MH',
        postal_code: '411001',
        country: 'IN',
      },
    },
  };
}

/** Waits until `check` answers something, at most 10 s. */
export async function eventually<T>(check: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const start = performance.now(); performance.now() - start < 10_000; ) {
    const found = await check();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within 10 s');
}
