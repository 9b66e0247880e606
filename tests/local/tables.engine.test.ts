import { randomUUID } from 'node:crypto';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, inject, onTestFinished, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { tables } from '../../bin/local/table-list.ts';
import { ensureTables } from '../../bin/local/tables.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import '../harness/provided.ts';

function dynamodb(): DynamoDBClient {
  const client = new DynamoDBClient({ ...localAws, endpoint: inject('dynamodbEndpoint') });
  onTestFinished(() => client.destroy());
  return client;
}

test('every declared table is created with its keys, indexes and time to live, and creating it again changes nothing', async () => {
  const client = dynamodb();
  const prefix = `${randomUUID()}-`;
  const all: readonly TableDefinition[] = Object.values(tables);
  await ensureTables(client, all, prefix);
  await ensureTables(client, all, prefix);
  for (const definition of all) {
    const TableName = `${prefix}${definition.name}`;
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual([
      definition.partitionKey.name,
      definition.sortKey.name,
    ]);
    expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort() ?? []).toEqual(
      definition.indexes.map((index) => index.name).sort(),
    );
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription?.AttributeName).toBe(definition.timeToLive);
  }
});

test('a table that exists with other keys is refused with a sentence', async () => {
  const client = dynamodb();
  const prefix = `${randomUUID()}-`;
  const declared: TableDefinition = tables['ecommerce-carts'];
  await ensureTables(client, [declared], prefix);
  const changed = { ...declared, sortKey: { name: 'other', type: 'S' } } as const;
  await expect(ensureTables(client, [changed], prefix)).rejects.toThrow(
    `Table ${prefix}ecommerce-carts has other keys or indexes than declared: start once with --fresh.`,
  );
});
