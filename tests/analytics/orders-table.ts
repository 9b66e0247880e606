import { BatchWriteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderEvent } from '../../services/order-service/events.ts';
import { eventItem, itemOf, orderKey, orderOf } from '../../services/order-service/item.ts';
import type { Order } from '../../services/order-service/order.ts';
import { ordersTable } from '../../services/order-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';
import type { OrderHistory } from './order-history.ts';

/** Writes orders and their events into a table of their own as order-service stores them, and answers its name. */
export async function storeOrders(histories: readonly OrderHistory[]): Promise<string> {
  const { 'ecommerce-orders': table } = await createTables([ordersTable], 'analytics');
  const dynamo = createDynamoClient();
  const items = histories.flatMap(({ order, events }) => [itemOf(order), ...events.map(published)]);
  for (let from = 0; from < items.length; from += 200)
    await Promise.all(
      Array.from({ length: 8 }, (_, part) => items.slice(from + 25 * part, Math.min(from + 25 * part + 25, from + 200)))
        .filter((batch) => batch.length > 0)
        .map((batch) => write(dynamo, table, batch)),
    );
  dynamo.destroy();
  return table;
}

/** An event that the relay has sent: no longer in the work index. */
function published(event: OrderEvent): object {
  const { work_pk: _shard, work_sk: _due, ...item } = eventItem(event, Date.parse(event.time));
  return { ...item, published_at: Date.parse(event.time) };
}

async function write(dynamo: DynamoDBDocumentClient, table: string, items: readonly object[]): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item: { ...Item } } }));
  const { UnprocessedItems } = await dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('DynamoDB Local left items unwritten');
}

/** What the table says of these orders: each as it ended, and the events that it caused. */
export async function readOrders(
  table: string,
  orderIds: readonly string[],
): Promise<{ readonly orders: readonly Order[]; readonly events: readonly OrderEvent[] }> {
  const dynamo = createDynamoClient();
  const orders: Order[] = [];
  const events: OrderEvent[] = [];
  const left = [...orderIds];
  // One order at a time: DynamoDB Local runs out of memory where it scans tens of thousands of items.
  const reader = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': orderKey(id).pk },
          ConsistentRead: true,
        }),
      );
      for (const item of Items) {
        if (item.sk === 'META') orders.push(orderOf(item));
        else events.push(item.event as OrderEvent);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, reader));
  dynamo.destroy();
  return { orders, events };
}
