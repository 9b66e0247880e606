import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { type Engine, type EngineOptions, LocalFailure, untilReady } from './engine.ts';
import { type FlinkSettings, localSettings, writeConfiguration } from './flink-config.ts';
import { openSession } from './flink-gateway.ts';
import { spawnFlink } from './flink-process.ts';

export type FlinkOptions = EngineOptions & {
  /** Where the running job answers for itself; one job at a time. */
  readonly jobPort: number;
  /** On top of the settings that every local Flink has. */
  readonly settings?: FlinkSettings;
  /** Variables of its process on top of its own: FLINK_PLUGINS_DIR names a folder with a folder for each plugin. */
  readonly env?: Readonly<Record<string, string>>;
};

/** A Flink; `jobs` is the base URL of its REST API of jobs, which in one JVM listens only while a job runs. */
export type FlinkEngine = Engine & { readonly jobs: string };

/** Where a gateway's configuration says who started it. */
export const identityKey = 'local.identity';

/** Starts Flink in one JVM: a SQL gateway that runs the job it is given beside itself. Its endpoint is the gateway's URL. */
export async function startFlink(options: FlinkOptions): Promise<FlinkEngine> {
  const { port, jobPort, logFile, signal } = options;
  const dir = resolve(options.dir);
  const endpoint = `http://127.0.0.1:${port}`;
  const identity = randomUUID();
  const name = 'flink';
  const configuration = writeConfiguration(`${dir}/configuration`, {
    ...localSettings(dir, name),
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': jobPort,
    'rest.bind-port': String(jobPort),
    'sql-gateway.session.idle-timeout': '1 min',
    'sql-gateway.session.check-interval': '10 s',
    [identityKey]: identity,
    ...options.settings,
  });
  const running = await spawnFlink({
    name,
    main: 'org.apache.flink.table.gateway.SqlGateway',
    args: gatewayArguments(port, 'local'),
    heapMb: 512,
    configuration,
    dir,
    logFile,
    env: options.env,
    signal,
  });
  await untilReady(running, logFile, () => isOurs(endpoint, identity));
  return { ...running, endpoint, jobs: `http://127.0.0.1:${jobPort}` };
}

export const gatewayArguments = (port: number, target: 'local' | 'remote'): readonly string[] => [
  `-Dexecution.target=${target}`,
  ...['-Dsql-gateway.endpoint.rest.address=127.0.0.1', '-Dsql-gateway.endpoint.rest.bind-address=127.0.0.1'],
  ...[`-Dsql-gateway.endpoint.rest.port=${port}`, `-Dsql-gateway.endpoint.rest.bind-port=${port}`],
];

/** A session shows the configuration that its gateway was started with. */
export async function isOurs(endpoint: string, identity: string): Promise<boolean> {
  const session = await openSession(endpoint);
  try {
    if ((await session.properties())[identityKey] === identity) return true;
    throw new LocalFailure(`Another Flink answers on ${endpoint}; end it or free that port.`);
  } finally {
    await session.close();
  }
}
