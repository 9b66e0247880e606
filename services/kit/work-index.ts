import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from './claims.ts';
import type { Clock } from './clock.ts';
import { asking, type Dynamo } from './dynamo.ts';

/**
 * The sparse index of items with work left: `work_pk` (a shard) and `work_sk` (due time, epoch milliseconds) are present only
 * while there is some. It is eventually consistent and may omit or reorder: it only nominates, the item itself decides.
 */
export const workIndex = {
  name: 'work',
  partitionKey: { name: 'work_pk', type: 'S' },
  sortKey: { name: 'work_sk', type: 'N' },
  projection: 'KEYS_ONLY',
} as const;

export const workShards = 16;

/** The shard of an id, from 0. */
export function shardNumberOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (Math.imul(hash, 31) + id.charCodeAt(index)) >>> 0;
  return hash % workShards;
}

/** The shard of an id as the index has it. */
export const workShardOf = (id: string): string => `W#${shardNumberOf(id)}`;

/** Key of an item with work, and since when it is due (epoch milliseconds). */
export type DueItem = ItemKey & { readonly due: number };

/** Up to `limit` items of a shard that are due now, the longest due first. */
export async function dueWork(
  dynamo: Dynamo,
  table: string,
  shard: number,
  clock: Clock,
  limit = 50,
): Promise<readonly DueItem[]> {
  const { Items = [] } = await asking(() =>
    dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: workIndex.name,
        KeyConditionExpression: 'work_pk = :shard AND work_sk <= :now',
        ExpressionAttributeValues: { ':shard': `W#${shard}`, ':now': clock.now() },
        Limit: limit,
      }),
    ),
  );
  return Items.map((item) => ({ pk: String(item.pk), sk: String(item.sk), due: Number(item.work_sk) }));
}

/** Which shards to look at in one turn, so that all are seen every `workShards / perTurn` turns. */
export function shardRotation(perTurn: number): () => readonly number[] {
  let next = 0;
  return () => {
    const turn = Array.from({ length: perTurn }, (_, index) => (next + index) % workShards);
    next = (next + perTurn) % workShards;
    return turn;
  };
}
