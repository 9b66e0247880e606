import type { Item } from '../kit/dynamo.ts';
import { workShardOf } from '../kit/work-index.ts';
import type { OrderEvent } from './events.ts';
import { nextAction } from './next-action.ts';
import type { Order } from './order.ts';

export const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'META' });
export const eventKey = (orderId: string, seq: number) => ({
  pk: `ORDER#${orderId}`,
  sk: `EVT#${String(seq).padStart(8, '0')}`,
});
export const paymentEventKey = (orderId: string, eventId: string) => ({ pk: `ORDER#${orderId}`, sk: `PEV#${eventId}` });
export const idempotencyKeyItem = (recordId: string) => ({ pk: `IDEM#${recordId}`, sk: 'META' });

/** The id in the partition key of an order's items, or `undefined` for another item. */
export const orderIdOf = (pk: string): string | undefined => (pk.startsWith('ORDER#') ? pk.slice(6) : undefined);

/** The item of an order: in the work index exactly while something remains to be done. */
export function itemOf(order: Order): Item {
  const due = nextAction(order);
  return {
    ...orderKey(order.order_id),
    ...order,
    ...(due ? { work_pk: workShardOf(order.order_id), work_sk: due.at } : {}),
  };
}

/** The order in an item, without the attributes that only the table needs. */
export function orderOf(item: Item): Order {
  const { pk: _pk, sk: _sk, work_pk: _shard, work_sk: _due, claim_beat: _beat, ...order } = item;
  return order as unknown as Order;
}

/** The outbox item of an event: in the work index until it is published. */
export const eventItem = (event: OrderEvent, recordedAt: number): Item => ({
  ...eventKey(event.subject, event.data.seq),
  event,
  recorded_at: recordedAt,
  work_pk: workShardOf(event.subject),
  work_sk: recordedAt,
});
