import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { brokerHosts } from '../../services/kit/kafka-login.ts';
import type { PostgresName } from '../../services/platform/names.ts';
import { localAws } from './aws.ts';
import { ensureDatabases } from './databases.ts';
import { startDynamodb } from './engines/dynamodb.ts';
import { type Engine, type EngineOptions, LocalFailure } from './engines/engine.ts';
import { startKafka } from './engines/kafka.ts';
import { startPostgres } from './engines/postgres.ts';
import { startSes } from './engines/ses.ts';
import type { Unit } from './supervisor.ts';
import { tables } from './table-list.ts';
import { ensureTables } from './tables.ts';
import { ensureDeclaredTopics } from './topics.ts';
import { type EngineName, engineNames, type PortName } from './unit-names.ts';

/** Engines that somebody else runs: connection URL, URL, host:port list, URL. They are not started. */
export type Elsewhere = Partial<Readonly<Record<EngineName, string>>>;

/** The variable that points an engine elsewhere. */
export const engineVariables = {
  postgres: 'DATABASE_URL',
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  kafka: 'KAFKA_BROKERS',
  ses: 'AWS_ENDPOINT_URL_SESV2',
} as const satisfies Record<EngineName, string>;

/** Which engines the variables of an environment point elsewhere. */
export function elsewhereFrom(environment: Readonly<Record<string, string | undefined>>): Elsewhere {
  const entries = engineNames.flatMap((name) => {
    const value = environment[engineVariables[name]];
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(entries);
}

/** The hosts of engines elsewhere that speak no TLS here: services take them only when they are told to. */
export const plainTextHosts = ({ postgres, kafka }: Elsewhere): string =>
  [...(postgres ? [new URL(postgres).hostname] : []), ...(kafka ? brokerHosts(kafka) : [])].join(',');

type EngineUnitOptions = {
  readonly dataDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly elsewhere: Elsewhere;
  readonly databasePasswords: Readonly<Record<PostgresName, string>>;
};

/** The engines, each ready only when the databases, tables or topics in it are there. */
export function engineUnits({ dataDir, ports, elsewhere, databasePasswords }: EngineUnitOptions): Unit<EngineName>[] {
  const start = {
    postgres: startPostgres,
    dynamodb: startDynamodb,
    kafka: (options) => startKafka({ ...options, controllerPort: ports['kafka-controller'] }),
    ses: startSes,
  } as const satisfies Record<EngineName, (options: EngineOptions) => Promise<Engine>>;
  const prepare = {
    postgres: (url) => ensureDatabases(url, databasePasswords),
    dynamodb: prepareTables,
    kafka: ensureDeclaredTopics,
    ses: async (url) => void (await fetch(url)),
  } as const satisfies Record<EngineName, (endpoint: string) => Promise<void>>;

  return engineNames.map((name) => ({
    name,
    after: [],
    layer: 0,
    async launch(_extra, signal) {
      const there = elsewhere[name];
      if (there) {
        await prepare[name](there).catch((error) => notThere(name, there, error));
        return { endpoint: there };
      }
      const logFile = join(dataDir, 'logs', `${name}.log`);
      const engine = await start[name]({ dir: join(dataDir, name), port: ports[name], logFile, signal });
      try {
        await prepare[name](engine.endpoint);
      } catch (error) {
        await engine.stop();
        throw error;
      }
      return { endpoint: engine.endpoint, process: engine };
    },
  }));
}

function notThere(name: EngineName, endpoint: string, error: unknown): never {
  if (error instanceof LocalFailure) throw error;
  const variable = engineVariables[name];
  const why = error instanceof Error ? error.message : String(error);
  throw new LocalFailure(
    `${variable} points at ${endpoint}, which does not work (${why}): start it, correct ${variable}, or unset it to have ${name} started here.`,
  );
}

async function prepareTables(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ ...localAws, endpoint });
  try {
    await ensureTables(client, Object.values(tables));
  } finally {
    client.destroy();
  }
}
