import { afterAll, beforeEach, expect, test } from 'vitest';
import { createShardLeases } from '../../services/kit/shard-leases.ts';
import { workShards } from '../../services/kit/work-index.ts';
import { ordersTable } from '../../services/order-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';

const dynamo = createDynamoClient();
afterAll(() => dynamo.destroy());

const holdMs = 5_000;
let table: string;
let now: number;
beforeEach(async () => {
  table = (await createTables([ordersTable], 'leases'))['ecommerce-orders'];
  now = 1_000;
});

// Each replica has its own wall clock, an hour apart: only what each sees of the other's heartbeat may count.
let skew = 0;
function replica(holder: string) {
  skew += 3_600_000;
  const wall = skew;
  const clock = { now: () => Date.now() + wall, monotonic: () => now };
  return createShardLeases({ dynamo, table, pk: 'RELAY', holder, holdMs, clock });
}

async function turns(replicas: readonly ReturnType<typeof replica>[], count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    for (const one of replicas) await one.turn();
    now += 1_000;
  }
}

const shards = (...replicas: ReturnType<typeof replica>[]) => replicas.flatMap((one) => [...one.owned()]);

test('one replica takes every shard, a second one gets half of them, and none has two owners', async () => {
  const first = replica('first');
  await turns([first]);
  expect(first.owned().size).toBe(workShards);
  const second = replica('second');
  await turns([first, second]);
  expect([first.owned().size, second.owned().size]).toEqual([workShards / 2, workShards / 2]);
  expect(new Set(shards(first, second)).size).toBe(workShards);
});

test('a replica that died loses its shards only after its heartbeat was watched for the whole lease', async () => {
  const dead = replica('dead');
  const alive = replica('alive');
  await turns([dead, alive]);
  const before = alive.owned().size;
  // A second has passed since the last heartbeat that was seen.
  for (let waited = 2_000; waited < holdMs; waited += 1_000) {
    now += 1_000;
    await alive.turn();
    expect([alive.isGone('dead'), alive.owned().size]).toEqual([false, before]);
  }
  await turns([alive], 3);
  expect([alive.isGone('dead'), alive.owned().size]).toEqual([true, workShards]);
});

test('a replica that was paused and comes back gives up what was taken from it', async () => {
  const paused = replica('paused');
  const other = replica('other');
  await turns([paused, other]);
  await turns([other], 8);
  expect(other.owned().size).toBe(workShards);
  await turns([paused, other]);
  expect(new Set(shards(paused, other)).size).toBe(shards(paused, other).length);
  expect(paused.owned().size).toBe(workShards / 2);
});

test('a replica that stops in order hands its shards over without anybody waiting', async () => {
  const leaving = replica('leaving');
  const staying = replica('staying');
  await turns([leaving, staying]);
  await leaving.release();
  await staying.turn();
  expect(staying.owned().size).toBe(workShards);
});

test('three replicas that start at once share the shards out', async () => {
  const three = ['a', 'b', 'c'].map(replica);
  for (let turn = 0; turn < 6; turn += 1) {
    await Promise.all(three.map((one) => one.turn()));
    now += 1_000;
  }
  expect(new Set(shards(...three)).size).toBe(workShards);
  for (const one of three) expect(one.owned().size).toBeGreaterThan(0);
});
