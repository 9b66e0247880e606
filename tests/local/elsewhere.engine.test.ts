import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, inject, test } from 'vitest';
import { elsewhereFrom } from '../../bin/local/engine-units.ts';
import { startLocalPlatform } from '../../bin/local/platform.ts';
import { freePort } from '../../bin/local/ports.ts';
import { engineNames, unitNames } from '../../bin/local/unit-names.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import '../harness/provided.ts';

const notEngines = unitNames.filter((name) => !engineNames.some((engine) => engine === name));
const start = (dataDir: string, variables: Readonly<Record<string, string>>) =>
  startLocalPlatform({
    dataDir,
    ports: 'free',
    environment: {},
    without: notEngines,
    elsewhere: elsewhereFrom(variables),
  });

test('engines that variables point elsewhere are prepared there and not started here', async () => {
  const dataDir = temporaryDirectory();
  const platform = await start(dataDir, {
    DATABASE_URL: inject('postgresAdminUrl'),
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
    KAFKA_BROKERS: inject('kafkaBrokers'),
    AWS_ENDPOINT_URL_SESV2: inject('sesEndpoint'),
  });
  expect(engineNames.map(platform.pid)).toEqual([undefined, undefined, undefined, undefined]);
  expect(existsSync(join(dataDir, 'logs')) ? readdirSync(join(dataDir, 'logs')) : []).toEqual([]);
  expect(platform.addresses).toMatchObject({ dynamodb: inject('dynamodbEndpoint'), kafka: inject('kafkaBrokers') });
  const sql = postgres(platform.databases['user-database'].service, { max: 1 });
  expect([...(await sql`select current_database() as name, current_user as login`)]).toEqual([
    { name: 'user_database', login: 'user_service' },
  ]);
  await sql.end();
  await platform.stopAll();
});

test.each([
  ['DATABASE_URL', (port: number) => `postgres://nobody@127.0.0.1:${port}/postgres`],
  ['KAFKA_BROKERS', (port: number) => `127.0.0.1:${port}`],
  ['AWS_ENDPOINT_URL_DYNAMODB', (port: number) => `http://127.0.0.1:${port}`],
  ['AWS_ENDPOINT_URL_SESV2', (port: number) => `http://127.0.0.1:${port}`],
] as const)('%s that points at nothing is refused with a sentence that names it', async (variable, at) => {
  const rest = {
    DATABASE_URL: inject('postgresAdminUrl'),
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
    KAFKA_BROKERS: inject('kafkaBrokers'),
    AWS_ENDPOINT_URL_SESV2: inject('sesEndpoint'),
  };
  const started = start(temporaryDirectory(), { ...rest, [variable]: at(await freePort()) });
  await expect(started).rejects.toThrow(variable);
});
