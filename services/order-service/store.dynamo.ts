import { randomUUID } from 'node:crypto';
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../kit/clock.ts';
import { asking, type Dynamo, type Item, isConditionFailure, type TransactItems, transact } from '../kit/dynamo.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { IdempotencyRecord } from '../kit/idempotency.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { OrderEvent } from './events.ts';
import { eventItem, eventKey, idempotencyKeyItem, itemOf, orderKey, orderOf, paymentEventKey } from './item.ts';
import type { Order } from './order.ts';
import type { FinalAnswer, OrderStore, StoredEvent } from './store.ts';

/** Orders in DynamoDB: every write conditional on the version and the fence that were read. */
export function createOrderStore(dynamo: Dynamo, table: string, clock: Clock): OrderStore {
  const put = (item: Item, more: object = {}) => ({ Put: { TableName: table, Item: item, ...more } });
  const ifNew = { ConditionExpression: 'attribute_not_exists(pk)' };
  const keyItem = ({ record_id, record }: FinalAnswer): Item => ({ ...idempotencyKeyItem(record_id), ...record });
  const claimKey = (key: FinalAnswer) =>
    put(keyItem(key), {
      // Table TTL may lag for days: an expired record is as good as none.
      ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
      ExpressionAttributeValues: { ':now': Math.floor(clock.now() / 1000) },
    });

  async function load(orderId: string): Promise<Order | undefined> {
    const { Item: item } = await asking(() =>
      dynamo.send(new GetCommand({ TableName: table, Key: orderKey(orderId), ConsistentRead: true })),
    );
    return item ? orderOf(item) : undefined;
  }

  async function queryEvents(orderId: string): Promise<readonly Item[]> {
    const { Items = [] } = await asking(() =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :evt)',
          ExpressionAttributeValues: { ':pk': orderKey(orderId).pk, ':evt': 'EVT#' },
        }),
      ),
    );
    return Items;
  }

  /** Runs a transaction; when its answer is lost, looks whether it was ours that won. */
  async function decide(items: TransactItems, orderId: string, opId: string): Promise<boolean> {
    try {
      const outcome = await transact(dynamo, items);
      if (outcome.kind === 'done') return true;
      return (await load(orderId))?.last_op_id === opId;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const now = await load(orderId).catch(() => undefined);
      if (now?.last_op_id === opId) return true;
      throw error;
    }
  }

  return {
    async create(order, event, key) {
      const items = [claimKey(key), put(itemOf(order), ifNew), put(eventItem(event, clock.now()), ifNew)];
      await crashpoint('order.before_intent');
      const created = await decide(items, order.order_id, order.last_op_id);
      await crashpoint('order.after_intent');
      return { kind: created ? 'created' : 'key_taken' };
    },

    load,

    async save({ from, to, event, paymentEventId, answers = [], claimsKey }) {
      const order: Order = { ...to, fence: from.fence, last_op_id: randomUUID() };
      const items: TransactItems = [
        put(itemOf(order), {
          ConditionExpression: 'version = :version AND fence = :fence',
          ExpressionAttributeValues: { ':version': from.version, ':fence': from.fence },
        }),
        ...(event ? [put(eventItem(event, clock.now()), ifNew)] : []),
        ...(paymentEventId
          ? [put({ ...paymentEventKey(order.order_id, paymentEventId), recorded_at: clock.now() }, ifNew)]
          : []),
        ...answers.map((answer) => put(keyItem(answer))),
        ...(claimsKey ? [claimKey(claimsKey)] : []),
      ];
      await crashpoint(`order.before_${to.state.toLowerCase()}`);
      const saved = await decide(items, order.order_id, order.last_op_id);
      await crashpoint(`order.after_${to.state.toLowerCase()}`);
      return saved ? { kind: 'saved', order } : { kind: 'stale' };
    },

    async defer(order, dueMs, attempts, needsAttention) {
      try {
        await asking(() =>
          dynamo.send(
            new UpdateCommand({
              TableName: table,
              Key: orderKey(order.order_id),
              UpdateExpression:
                'SET work_sk = :due, attempts = :attempts, needs_attention = :attention REMOVE claimed_by',
              ConditionExpression: 'version = :version AND fence = :fence AND attribute_exists(work_pk)',
              ExpressionAttributeValues: {
                ':due': dueMs,
                ':attempts': attempts,
                ':attention': needsAttention,
                ':version': order.version,
                ':fence': order.fence,
              },
            }),
          ),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async key(recordId) {
      const { Item: item } = await asking(() =>
        dynamo.send(new GetCommand({ TableName: table, Key: idempotencyKeyItem(recordId), ConsistentRead: true })),
      );
      return item as IdempotencyRecord | undefined;
    },

    async listByUser(userId, cursor, limit) {
      const { Items = [], LastEvaluatedKey } = await asking(() =>
        dynamo.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'by_user',
            KeyConditionExpression: 'user_id = :user',
            ExpressionAttributeValues: { ':user': userId },
            ScanIndexForward: false,
            Limit: limit,
            ...(cursor ? { ExclusiveStartKey: startKey(userId, cursor) } : {}),
          }),
        ),
      );
      return { orders: Items.map(orderOf), next: LastEvaluatedKey ? cursorOf(LastEvaluatedKey) : null };
    },

    async events(orderId) {
      return (await queryEvents(orderId)).map((item) => {
        const { event, recorded_at, topic, partition, offset, published_at } = item;
        const published = topic === undefined ? {} : { published: { topic, partition, offset, at: published_at } };
        return { event, recorded_at, ...published } as StoredEvent;
      });
    },

    async unpublished(orderId) {
      const waiting = (await queryEvents(orderId)).filter((item) => item.work_pk !== undefined);
      const events = waiting.map((item) => item.event as OrderEvent);
      const first = events[0]?.data.seq ?? 0;
      return events.filter((event, index) => event.data.seq === first + index);
    },

    async markPublished(orderId, seq, { topic, partition, offset, at }) {
      await asking(() =>
        dynamo.send(
          new UpdateCommand({
            TableName: table,
            Key: eventKey(orderId, seq),
            UpdateExpression:
              'SET topic = :topic, #partition = :partition, #offset = :offset, published_at = :at REMOVE work_pk, work_sk',
            ConditionExpression: 'attribute_exists(work_pk)',
            ExpressionAttributeNames: { '#partition': 'partition', '#offset': 'offset' },
            ExpressionAttributeValues: { ':topic': topic, ':partition': partition, ':offset': offset, ':at': at },
          }),
        ),
      ).catch((error: unknown) => {
        // Marked by the relay that had the shard before us: published twice, once in effect.
        if (!isConditionFailure(error)) throw error;
      });
    },
  };
}

const cursorOf = (key: Item): string =>
  Buffer.from(JSON.stringify([key.created_at, String(key.pk).slice(6)])).toString('base64url');

/** The key to start after; a cursor that is not one of ours is a defect of the caller's schema check, see cursorSchema. */
function startKey(userId: string, cursor: string): Item {
  const [createdAt, orderId] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [number, string];
  return { ...orderKey(orderId), user_id: userId, created_at: createdAt };
}
