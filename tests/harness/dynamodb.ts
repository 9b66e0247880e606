import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { ensureTables } from '../../bin/local/tables.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import type { DynamoName } from '../../services/platform/names.ts';
import './provided.ts';

/** A document client on the engine of this run. */
export const createDynamoClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint: inject('dynamodbEndpoint') }), {
    marshallOptions: { removeUndefinedValues: true },
  });

/** Creates the tables behind a prefix of this call's own and answers logical name → physical name. */
export async function createTables<Name extends DynamoName>(
  definitions: readonly (TableDefinition & { readonly name: Name })[],
  prefix: string,
): Promise<Readonly<Record<Name, string>>> {
  const own = `${prefix}-${randomBytes(4).toString('hex')}-`;
  const client = new DynamoDBClient({ ...localAws, endpoint: inject('dynamodbEndpoint') });
  await ensureTables(client, definitions, own).finally(() => client.destroy());
  return Object.fromEntries(definitions.map(({ name }) => [name, `${own}${name}`])) as Record<Name, string>;
}
