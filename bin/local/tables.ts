import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { LocalFailure } from './engines/engine.ts';

/**
 * Creates the tables that are missing, under their own names or behind a prefix. Throws a `LocalFailure` when one exists
 * with other keys or indexes than declared: its data would have to move.
 */
export async function ensureTables(
  client: DynamoDBClient,
  definitions: readonly TableDefinition[],
  prefix = '',
): Promise<void> {
  await Promise.all(definitions.map((definition) => ensureTable(client, definition, `${prefix}${definition.name}`)));
}

async function ensureTable(client: DynamoDBClient, definition: TableDefinition, name: string): Promise<void> {
  const existing = await shapeOf(client, name);
  if (existing === shapeOfDefinition(definition)) return;
  if (existing !== undefined)
    throw new LocalFailure(`Table ${name} has other keys or indexes than declared: start once with --fresh.`);
  try {
    await client.send(new CreateTableCommand(tableInput(definition, name)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  if (definition.timeToLive)
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: definition.timeToLive, Enabled: true },
      }),
    );
}

type Keys = Pick<TableDefinition, 'partitionKey' | 'sortKey'>;

const keySchema = ({ partitionKey, sortKey }: Keys) => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
  { AttributeName: sortKey.name, KeyType: 'RANGE' as const },
];

function tableInput(definition: TableDefinition, name: string) {
  const attributes = [definition, ...definition.indexes].flatMap((keys: Keys) => [keys.partitionKey, keys.sortKey]);
  const types = new Map(attributes.map((attribute) => [attribute.name, attribute.type]));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(definition),
    ...(definition.indexes.length > 0
      ? {
          GlobalSecondaryIndexes: definition.indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: index.projection },
          })),
        }
      : {}),
  };
}

type Schema = readonly { readonly AttributeName?: string | undefined }[] | undefined;

const shape = (table: Schema, indexes: readonly (readonly [string | undefined, Schema])[]): string =>
  JSON.stringify([
    table?.map((key) => key.AttributeName),
    indexes.map(([name, keys]) => [name, keys?.map((key) => key.AttributeName)]).sort(),
  ]);

const shapeOfDefinition = (definition: TableDefinition): string =>
  shape(
    keySchema(definition),
    definition.indexes.map((index) => [index.name, keySchema(index)]),
  );

async function shapeOf(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    return shape(
      Table?.KeySchema,
      indexes.map((index) => [index.IndexName, index.KeySchema]),
    );
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
