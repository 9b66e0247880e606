import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { isoTime } from '../kit/clock.ts';
import { asking, type Dynamo } from '../kit/dynamo.ts';
import { timeSchema } from '../kit/schemas.ts';
import type { Order } from './order.ts';
import type { StoredEvent } from './store.ts';

export const timelineSchema = z.object({
  order_id: z.string(),
  entries: z.array(
    z.object({
      at: timeSchema,
      step: z.string(),
      service: z.string(),
      cause: z.string().optional(),
      event_id: z.string().optional(),
      topic: z.string().optional(),
      partition: z.int().optional(),
      offset: z.string().optional(),
      ms_since_start: z.int(),
    }),
  ),
});
export type Timeline = z.infer<typeof timelineSchema>;

/** A mail or message that went out for an order; `sent_at` as ISO time. */
export type Delivery = {
  readonly event_id: string;
  readonly channel: string;
  readonly template: string;
  readonly sent_at: string;
};

export interface Deliveries {
  /** What was sent for an order. Throws `Unavailable` when the store cannot be asked. */
  of(orderId: string): Promise<readonly Delivery[]>;
}

/** Delivery records in `ecommerce-notifications`, which the notification function writes. */
export function createDeliveries(dynamo: Dynamo, table: string): Deliveries {
  return {
    async of(orderId) {
      const { Items = [] } = await asking(() =>
        dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': `ORDER#${orderId}` },
          }),
        ),
      );
      return Items.filter((item) => item.status === 'sent') as unknown as readonly Delivery[];
    },
  };
}

/** Everything that happened to an order, by time: its own steps, its events as they were published, what was sent for it. */
export function timelineOf(order: Order, events: readonly StoredEvent[], deliveries: readonly Delivery[]): Timeline {
  const entries = [
    ...order.history.map(({ at, step, service, cause }) => ({ at, step, service, ...(cause ? { cause } : {}) })),
    ...events.flatMap(({ event, published }) => {
      if (!published) return [];
      const { at, topic, partition, offset } = published;
      return [
        {
          at,
          step: 'event_published',
          service: 'order-service',
          cause: event.type,
          event_id: event.id,
          topic,
          partition,
          offset,
        },
      ];
    }),
    ...deliveries.map(({ event_id, channel, template, sent_at }) => ({
      at: Date.parse(sent_at),
      step: `${channel}_sent`,
      service: 'notification-lambda',
      cause: template,
      event_id,
    })),
  ].sort((a, b) => a.at - b.at);
  return {
    order_id: order.order_id,
    entries: entries.map((entry) => ({ ...entry, at: isoTime(entry.at), ms_since_start: entry.at - order.created_at })),
  };
}
