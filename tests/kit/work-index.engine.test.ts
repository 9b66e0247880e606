import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dynamo } from '../../services/kit/dynamo.ts';
import { newId } from '../../services/kit/ids.ts';
import { dueWork, shardRotation, workIndex, workShardOf, workShards } from '../../services/kit/work-index.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';

const definition = {
  name: 'ecommerce-payments',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  indexes: [workIndex],
} as const satisfies TableDefinition;
let dynamo: Dynamo;
let table: string;
beforeAll(async () => {
  dynamo = createDynamoClient();
  table = (await createTables([definition], 'work'))['ecommerce-payments'];
});
afterAll(() => dynamo.destroy());

test('ids spread over all shards about evenly, and an id always has the same one', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 16_000; index += 1) {
    const id = newId('payment');
    const shard = workShardOf(id);
    expect(workShardOf(id)).toBe(shard);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(workShards);
  for (const count of counts.values()) expect(count).toBeGreaterThan(700);
});

test('what is due comes first in order of its time, what is not due or has no work does not come', async () => {
  const put = (pk: string, work: object) =>
    dynamo.send(new PutCommand({ TableName: table, Item: { pk, sk: 'META', ...work } }));
  await put('late', { work_pk: 'W#3', work_sk: 2_000 });
  await put('early', { work_pk: 'W#3', work_sk: 1_000 });
  await put('future', { work_pk: 'W#3', work_sk: 3_001 });
  await put('elsewhere', { work_pk: 'W#4', work_sk: 1 });
  await put('idle', {});
  const clock = { now: () => 3_000, monotonic: () => 0 };
  const due = await dueWork(dynamo, table, 3, clock);
  expect(due).toEqual([
    { pk: 'early', sk: 'META', due: 1_000 },
    { pk: 'late', sk: 'META', due: 2_000 },
  ]);
  expect(await dueWork(dynamo, table, 3, clock, 1)).toEqual([{ pk: 'early', sk: 'META', due: 1_000 }]);
  expect(await dueWork(dynamo, table, 5, clock)).toEqual([]);
});

test('the rotation looks at every shard equally often', () => {
  for (const perTurn of [1, 3, 4, 16]) {
    const next = shardRotation(perTurn);
    const seen = Array.from({ length: workShards }, () => next()).flat();
    const counts = Map.groupBy(seen, (shard) => shard);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: workShards }, (_, shard) => shard));
    expect(new Set([...counts.values()].map((all) => all.length))).toEqual(new Set([perTurn]));
  }
});
