import type { OrderEvent } from '../../services/order-service/events.ts';
import type { Order } from '../../services/order-service/order.ts';
import { type Appended, disordered, unparsableKinds } from './disorder.ts';
import { orderHistories, seeded } from './order-history.ts';
import { readOrders, storeOrders } from './orders-table.ts';
import { append, createTimedTopic } from './topics.ts';

/** Where the events of all scenarios begin; any minute does. */
export const startOfTrade = Date.parse('2026-03-01T10:00:00Z');

export type Scenario = {
  readonly topic: string;
  readonly records: readonly Appended[];
  /** As the table has them. */
  readonly events: readonly OrderEvent[];
  readonly orders: readonly Order[];
  readonly unparsable: number;
};

/** Orders in a table and their disordered events; `appended` false leaves the topic empty. */
export async function scenario(count: number, seed: number, { appended = true } = {}): Promise<Scenario> {
  const random = seeded(seed);
  const histories = orderHistories(count, startOfTrade, 20 * 60_000, random);
  const { orders, events } = await readOrders(
    await storeOrders(histories),
    histories.map(({ order }) => order.order_id),
  );
  const records = disordered(
    histories.flatMap((one) => one.events),
    random,
  );
  const topic = await createTimedTopic('replay');
  if (appended) await append(topic, records);
  const unparsable = Math.ceil(Math.max(Object.keys(unparsableKinds).length, events.length / 1_000));
  return { topic, records, events, orders, unparsable };
}
