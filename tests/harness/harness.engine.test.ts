import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import postgres from 'postgres';
import { expect, inject, test } from 'vitest';
import { createKafka, createProducer, readAll } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { createDynamoClient, createTables } from './dynamodb.ts';
import { createTopic } from './kafka.ts';
import { createDatabase } from './postgres.ts';

test('a test gets an empty database of its own on PostgreSQL 17', async () => {
  const [first, second] = await Promise.all([createDatabase('harness'), createDatabase('harness')]);
  expect(first).not.toBe(second);
  const sql = postgres(first, { max: 1 });
  const [row] = await sql<{ version: string; tables: number }[]>`
    select current_setting('server_version') as version,
      (select count(*)::int from information_schema.tables where table_schema = 'public') as tables`;
  expect(row?.version).toMatch(/^17\./);
  expect(row?.tables).toBe(0);
  await sql.end();
});

test('a test gets tables of its own that hold what is written', async () => {
  const definition = {
    name: 'ecommerce-carts',
    partitionKey: { name: 'pk', type: 'S' },
    sortKey: { name: 'sk', type: 'S' },
    timeToLive: 'expires_at',
    indexes: [],
  } as const satisfies TableDefinition;
  const tables = await createTables([definition], 'harness');
  const other = await createTables([definition], 'harness');
  expect(other['ecommerce-carts']).not.toBe(tables['ecommerce-carts']);
  const dynamo = createDynamoClient();
  await dynamo.send(new PutCommand({ TableName: tables['ecommerce-carts'], Item: { pk: 'a', sk: 'b', n: 1 } }));
  const read = new GetCommand({ TableName: tables['ecommerce-carts'], Key: { pk: 'a', sk: 'b' } });
  expect((await dynamo.send(read)).Item).toEqual({ pk: 'a', sk: 'b', n: 1 });
  dynamo.destroy();
});

test('a test gets a topic of its own that keeps records in order per key', async () => {
  const topic = await createTopic('harness', 3);
  const kafka = createKafka('harness', inject('kafkaBrokers'), createLog('harness', 'fatal'));
  const producer = createProducer(kafka);
  await producer.send(
    topic,
    ['1', '2', '3'].map((value) => ({ key: 'same', value })),
  );
  await producer.close();
  const records = await readAll(kafka, topic, 'harness');
  expect(records.map((record) => record.value?.toString())).toEqual(['1', '2', '3']);
});
