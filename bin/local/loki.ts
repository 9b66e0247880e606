import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterRows } from '../../charts/cluster-row.ts';
import { lokiValues } from '../../charts/monitoring/loki-values.ts';
import { freePort } from './ports.ts';
import { spawnLogged } from './spawn.ts';

/** Lines of one stream, oldest first: nanoseconds since the epoch as text, and the line. */
export type LogStream = {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string])[];
};

export type LocalLoki = {
  readonly endpoint: string;
  /** Takes lines over. Throws with Loki's own words when it refuses any. */
  push(streams: readonly LogStream[]): Promise<void>;
  /** What a query finds within the last hour. Throws with Loki's own words when it is no LogQL to it. */
  query(text: string): Promise<readonly LogStream[]>;
  stop(): Promise<unknown>;
};

const readyWithinMs = 60_000;

/** A real Loki in one process with the product's limits and schema, on files below `dir`. Throws when it does not become ready. */
export async function startLoki(binary: string, dir: string): Promise<LocalLoki> {
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const configFile = join(dir, 'loki.json');
  mkdirSync(dir, { recursive: true });
  writeFileSync(configFile, JSON.stringify(configuration(dir, httpPort, grpcPort)));
  const endpoint = `http://127.0.0.1:${httpPort}`;
  const logFile = join(dir, 'loki.log');
  const running = await spawnLogged({
    name: 'loki',
    command: binary,
    args: [`-config.file=${configFile}`],
    env: {},
    logFile,
  });
  for (const started = performance.now(); !(await isReady(endpoint)); await sleep(250))
    if (performance.now() - started > readyWithinMs) {
      await running.stop();
      throw new Error(`Loki did not become ready within ${readyWithinMs / 1000} s: see ${logFile}.`);
    }
  return {
    endpoint,
    async push(streams) {
      const response = await fetch(`${endpoint}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ streams }),
      });
      if (!response.ok) throw new Error(`Loki refuses lines: ${response.status} ${await response.text()}`);
    },
    async query(text) {
      const since = String((Date.now() - 3_600_000) * 1e6);
      const parameters = new URLSearchParams({ query: text, start: since, limit: '5000' });
      const response = await fetch(`${endpoint}/loki/api/v1/query_range?${parameters}`);
      if (!response.ok) throw new Error(`${text}: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { data: { result: readonly LogStream[] } }).data.result;
    },
    stop: () => running.stop(),
  };
}

const isReady = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

function configuration(dir: string, httpPort: number, grpcPort: number) {
  const { loki } = lokiValues(clusterRows.dev);
  return {
    auth_enabled: loki.auth_enabled,
    server: {
      http_listen_address: '127.0.0.1',
      http_listen_port: httpPort,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: grpcPort,
    },
    common: {
      instance_addr: '127.0.0.1',
      path_prefix: dir,
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: join(dir, 'chunks'), rules_directory: join(dir, 'rules') } },
    },
    schema_config: { configs: loki.schemaConfig.configs.map((one) => ({ ...one, object_store: 'filesystem' })) },
    limits_config: loki.limits_config,
    analytics: loki.analytics,
  };
}
