import { describe, expect, test } from 'vitest';
import { createBacklog } from '../../services/kit/backlog.ts';
import { systemClock } from '../../services/kit/clock.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { orderMetrics, workKindOf, workKinds } from '../../services/order-service/metrics.ts';
import type { Order, OrderState } from '../../services/order-service/order.ts';
import type { OrderStore } from '../../services/order-service/store.ts';
import { paymentMetrics } from '../../services/payment-service/metrics.ts';
import type { Change, Payment } from '../../services/payment-service/payment.ts';
import type { PaymentStore } from '../../services/payment-service/store.ts';
import type { InventoryStore } from '../../services/product-service/inventory-store.ts';
import { productMetrics } from '../../services/product-service/metrics.ts';

const backlog = createBacklog(systemClock, workKinds, workKindOf);
type Metrics = ReturnType<typeof createMetrics>;

/** What a series has counted. */
async function counted(metrics: Metrics, name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
  const found = values.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
  return found.reduce((sum, { value }) => sum + value, 0);
}

describe('orders', () => {
  const order = (state: OrderState) => ({ state }) as Order;
  const make = (parts: Partial<OrderStore>) => {
    const metrics = createMetrics('order-service');
    const store = orderMetrics(metrics, backlog).counting(parts as OrderStore);
    const entered = (state: string) => counted(metrics, 'order_states_entered_total', { state });
    return { metrics, store, entered };
  };

  test('a state is counted when a write enters it, not when it stays or nothing was written', async () => {
    let answer: Awaited<ReturnType<OrderStore['save']>> = { kind: 'saved', order: order('PAID') };
    const { store, entered } = make({ save: async () => answer });
    await store.save({ from: order('CAPTURING'), to: order('PAID') });
    await store.save({ from: order('PAID'), to: order('PAID') });
    answer = { kind: 'stale' };
    await store.save({ from: order('CAPTURING'), to: order('PAID') });
    expect(await entered('paid')).toBe(1);
  });

  test('a new order is counted once, however often its key comes', async () => {
    let kind: 'created' | 'key_taken' = 'created';
    const { store, entered } = make({ create: async () => ({ kind }) });
    const nothing = {} as never;
    await store.create(order('CREATED'), nothing, nothing);
    kind = 'key_taken';
    await store.create(order('CREATED'), nothing, nothing);
    expect(await entered('created')).toBe(1);
  });

  test('series with known labels are there from the start, at 0', async () => {
    const { metrics } = make({});
    const text = await metrics.registry.metrics();
    expect(text).toContain('order_states_entered_total{state="refunded",service="order-service"} 0');
    expect(text).toContain('order_alarms_total{kind="order_stuck",service="order-service"} 0');
  });
});

describe('payments', () => {
  const changeWith = (type: string, amount: number) =>
    ({
      before: {} as Payment,
      after: {} as Payment,
      callback: { type, amount_minor: amount, currency: 'INR' },
    }) as Change;

  test('money is counted by currency when the write that says so is done, and other callbacks are none', async () => {
    const metrics = createMetrics('payment-service');
    let outcome: 'written' | 'lost' = 'written';
    const store = paymentMetrics(metrics, backlog).counting({
      write: async () => outcome,
    } as Partial<PaymentStore> as PaymentStore);
    await store.write(changeWith('captured', 129_900));
    await store.write(changeWith('refunded', 30_000));
    await store.write(changeWith('authorized', 5));
    outcome = 'lost';
    await store.write(changeWith('captured', 7));
    const of = (kind: string) => counted(metrics, `payment_${kind}_minor_units_total`, { currency: 'INR' });
    expect([await of('captured'), await of('refunded')]).toEqual([129_900, 30_000]);
  });
});

describe('stock', () => {
  test('holds are counted by outcome, replays of any state together, and pools say how full they are', async () => {
    const metrics = createMetrics('product-service');
    const pool = { load: () => ({ inFlight: 3, limit: 8 }) };
    const outcomes = ['held', 'insufficient', 'replay:committed', 'replay:held'];
    const inventory = { hold: async () => ({ outcome: outcomes.shift() ?? 'held', expiresAt: null }) };
    const measured = productMetrics(metrics, { reads: pool, lists: pool, holds: { database: pool }, moves: pool });
    const store = measured.counting(inventory as Partial<InventoryStore> as InventoryStore);
    for (let left = outcomes.length; left > 0; left -= 1)
      await store.hold({ reservation: '', lines: [], ttlSeconds: 1 });
    const of = (outcome: string) => counted(metrics, 'product_holds_total', { outcome });
    expect([await of('held'), await of('insufficient'), await of('replay')]).toEqual([1, 1, 2]);
    expect(await counted(metrics, 'database_calls_in_flight', { pool: 'holds' })).toBe(3);
    expect(await counted(metrics, 'database_calls_limit', { pool: 'reads' })).toBe(8);
  });
});
