import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, createDynamo, type Dynamo, isConditionFailure, transact } from '../../services/kit/dynamo.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';

const definition = {
  name: 'ecommerce-payments',
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  indexes: [],
} as const satisfies TableDefinition;
let dynamo: Dynamo;
let table: string;
beforeAll(async () => {
  dynamo = createDynamoClient();
  table = (await createTables([definition], 'dynamo'))['ecommerce-payments'];
});
afterAll(() => dynamo.destroy());

const put = (pk: string, condition?: string) => ({
  Put: { TableName: table, Item: { pk, sk: 'META' }, ...(condition ? { ConditionExpression: condition } : {}) },
});
const isNew = 'attribute_not_exists(pk)';
const exists = async (pk: string) =>
  (await dynamo.send(new GetCommand({ TableName: table, Key: { pk, sk: 'META' }, ConsistentRead: true }))).Item !==
  undefined;

test('a transaction writes all or nothing, and says which conditions failed', async () => {
  expect(await transact(dynamo, [put('a', isNew), put('b', isNew)])).toEqual({ kind: 'done' });
  expect(await transact(dynamo, [put('c', isNew), put('a', isNew), put('b', isNew)])).toEqual({
    kind: 'refused',
    failed: [1, 2],
  });
  expect(await exists('c')).toBe(false);
});

test('conflicts with other transactions are tried again; a store that stays in conflict is unavailable', async () => {
  let left = 0;
  let sent = 0;
  const conflict = () =>
    new TransactionCanceledException({
      message: 'cancelled',
      $metadata: {},
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    });
  // DynamoDB Local serialises and never conflicts, so the client in between says so.
  const contended = {
    send: (command: never) => {
      sent += 1;
      left -= 1;
      return left >= 0 ? Promise.reject(conflict()) : dynamo.send(command);
    },
  } as unknown as Dynamo;
  left = 3;
  expect(await transact(contended, [put('d', isNew)])).toEqual({ kind: 'done' });
  expect(sent).toBe(4);
  left = 100;
  await expect(transact(contended, [put('e', isNew)])).rejects.toBeInstanceOf(Unavailable);
  expect(sent).toBe(9);
});

test('a mistake of ours is no outage: it surfaces as what it is', async () => {
  await expect(transact(dynamo, [put('f', 'not an expression')])).rejects.toMatchObject({
    name: 'ValidationException',
  });
  const wrong = new PutCommand({ TableName: table, Item: { pk: 'g' } });
  await expect(asking(() => dynamo.send(wrong))).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a condition that fails is told apart from a store that cannot be asked', async () => {
  await dynamo.send(new PutCommand({ TableName: table, Item: { pk: 'h', sk: 'META' } }));
  const again = new PutCommand({ TableName: table, Item: { pk: 'h', sk: 'META' }, ConditionExpression: isNew });
  const refused = await asking(() => dynamo.send(again)).catch((error: unknown) => error);
  expect(isConditionFailure(refused)).toBe(true);
  const missing = new PutCommand({ TableName: 'no-such-table', Item: { pk: 'h', sk: 'META' } });
  await expect(asking(() => dynamo.send(missing))).rejects.toBeInstanceOf(Unavailable);
});

test('a store that accepts and does not answer is unavailable within its attempts, not for ever', async () => {
  const sockets = new Set<{ destroy(): void }>();
  const silent = createServer(() => {});
  silent.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const client = createDynamo();
  try {
    const started = performance.now();
    const get = new GetCommand({ TableName: table, Key: { pk: 'a', sk: 'META' } });
    await expect(asking(() => client.send(get))).rejects.toBeInstanceOf(Unavailable);
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThan(2.5);
    expect(seconds).toBeLessThan(6);
  } finally {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    client.destroy();
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});
