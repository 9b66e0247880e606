import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClaims } from '../../services/kit/claims.ts';
import type { Dynamo } from '../../services/kit/dynamo.ts';
import { workIndex, workShardOf } from '../../services/kit/work-index.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';

const definition = {
  name: 'ecommerce-payments',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  indexes: [workIndex],
} as const satisfies TableDefinition;

const holdMs = 5_000;
let dynamo: Dynamo;
let table: string;
let count = 0;
beforeAll(async () => {
  dynamo = createDynamoClient();
  table = (await createTables([definition], 'claims'))['ecommerce-payments'];
});
afterAll(() => dynamo.destroy());

/** A process with a clock of its own: `skewMs` is how wrong its wall clock is. */
function replica(holder: string, skewMs = 0) {
  let at = 0;
  const clock = { now: () => 1_700_000_000_000 + skewMs + at, monotonic: () => 50_000 + skewMs + at };
  return {
    claims: createClaims({ dynamo, table, holder, holdMs, clock }),
    passes(ms: number) {
      at += ms;
    },
  };
}

async function work(more: Record<string, unknown> = {}) {
  count += 1;
  const key = { pk: `PAY#${count}`, sk: 'META' };
  const item = { ...key, fence: 1, work_pk: workShardOf(key.pk), work_sk: 1, ...more };
  await dynamo.send(new PutCommand({ TableName: table, Item: item }));
  return key;
}
const read = async (key: { pk: string; sk: string }) =>
  (await dynamo.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;

test('an item with work is claimed by raising its fence, and comes back whole', async () => {
  const key = await work({ colour: 'red' });
  const claimed = await replica('a').claims.take(key);
  expect(claimed).toMatchObject({ ...key, fence: 2, claimed_by: 'a', colour: 'red' });
  expect(await read(key)).toEqual(claimed);
});

test('of many that try at once one gets the claim', async () => {
  const key = await work();
  const taken = await Promise.all(Array.from({ length: 20 }, (_, index) => replica(`r${index}`).claims.take(key)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await read(key)).toMatchObject({ fence: 2 });
});

test('what has no work left, or does not exist, cannot be claimed', async () => {
  const key = await work();
  await dynamo.send(new UpdateCommand({ TableName: table, Key: key, UpdateExpression: 'REMOVE work_pk, work_sk' }));
  expect(await replica('a').claims.take(key)).toBeUndefined();
  expect(await replica('a').claims.take({ pk: 'PAY#none', sk: 'META' })).toBeUndefined();
  expect(await read({ pk: 'PAY#none', sk: 'META' })).toBeUndefined();
});

test('somebody else’s claim is taken over only after it was watched unchanged for its whole length', async () => {
  const key = await work();
  await replica('a').claims.take(key);
  const b = replica('b');
  b.passes(1_000_000);
  expect(await b.claims.take(key)).toBeUndefined();
  b.passes(holdMs - 1);
  expect(await b.claims.take(key)).toBeUndefined();
  b.passes(1);
  expect(await b.claims.take(key)).toMatchObject({ fence: 3, claimed_by: 'b' });
});

test('a claim that shows it is alive is not taken over, however long it lasts', async () => {
  const key = await work();
  await replica('a').claims.take(key);
  const b = replica('b');
  for (let beat = 1; beat <= 5; beat += 1) {
    expect(await b.claims.take(key)).toBeUndefined();
    await dynamo.send(
      new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: 'SET claim_beat = :b',
        ExpressionAttributeValues: { ':b': beat },
      }),
    );
    b.passes(holdMs);
  }
});

test('clocks that are hours apart change nothing: only the time watched counts', async () => {
  for (const skewMs of [-7_200_000, 7_200_000]) {
    const key = await work();
    await replica('a', skewMs).claims.take(key);
    const b = replica('b', -skewMs);
    expect(await b.claims.take(key)).toBeUndefined();
    b.passes(holdMs);
    expect(await b.claims.take(key)).toMatchObject({ claimed_by: 'b' });
  }
});

test('a process takes its own claim again at once, with a new fence', async () => {
  const key = await work();
  const a = replica('a');
  await a.claims.take(key);
  expect(await a.claims.take(key)).toMatchObject({ fence: 3 });
});

test('a holder known to be gone is not watched again', async () => {
  const key = await work({ claimed_by: 'dead' });
  const clock = { now: () => 0, monotonic: () => 0 };
  const claims = createClaims({ dynamo, table, holder: 'b', holdMs, clock, isGone: (name) => name === 'dead' });
  expect(await claims.take(key)).toMatchObject({ claimed_by: 'b' });
});

test('while work is held its beat moves, and stops with it; after a takeover it moves nothing', async () => {
  const key = await work();
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const claims = createClaims({ dynamo, table, holder: 'a', holdMs: 90, clock });
  const claimed = await claims.take(key);
  const answer = await claims.hold(key, claimed?.fence ?? 0, async () => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return 'done';
  });
  expect(answer).toBe('done');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const beat = (await read(key))?.claim_beat;
  expect(beat).toBeGreaterThanOrEqual(2);
  await claims.hold(key, (claimed?.fence ?? 0) - 1, () => new Promise((resolve) => setTimeout(resolve, 200)));
  expect((await read(key))?.claim_beat).toBe(beat);
  await expect(claims.hold(key, 2, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});
