import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Running } from '../spawn.ts';
import type { EngineOptions } from './engine.ts';
import { untilReady } from './engine.ts';
import { gatewayArguments, identityKey, isOurs } from './flink.ts';
import { type FlinkSettings, localSettings, writeConfiguration } from './flink-config.ts';
import { spawnFlink } from './flink-process.ts';

export type FlinkCluster = {
  /** URL of the SQL gateway. */
  readonly endpoint: string;
  /** Base URL of the REST API of jobs; it answers while the JobManager runs. */
  readonly jobs: string;
  /** Kills a process as a lost machine would, and resolves when it is gone. */
  kill(what: 'jobManager' | 'taskManager'): Promise<void>;
  /** Starts it again. A JobManager comes back without its jobs. */
  start(what: 'jobManager' | 'taskManager'): Promise<void>;
  stop(): Promise<void>;
};

export type ClusterOptions = Omit<EngineOptions, 'port'> & {
  readonly ports: { readonly gateway: number; readonly rest: number; readonly rpc: number };
  readonly settings?: FlinkSettings;
};

/** Starts Flink as it runs on machines of its own: a JobManager, a TaskManager and a SQL gateway, each a process. */
export async function startFlinkCluster(options: ClusterOptions): Promise<FlinkCluster> {
  const { ports, signal } = options;
  const dir = resolve(options.dir);
  const endpoint = `http://127.0.0.1:${ports.gateway}`;
  const jobs = `http://127.0.0.1:${ports.rest}`;
  const identity = randomUUID();
  const everywhere: FlinkSettings = {
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.rpc.port': ports.rpc,
    'jobmanager.bind-host': '127.0.0.1',
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': ports.rest,
    ...options.settings,
  };
  const process = (name: string, main: string, args: readonly string[], own: FlinkSettings): Promise<Running> =>
    spawnFlink({
      name,
      main,
      args,
      heapMb: 384,
      configuration: writeConfiguration(`${dir}/${name}`, { ...localSettings(dir, name), ...everywhere, ...own }),
      dir,
      logFile: `${options.logFile}-${name}.log`,
      signal,
    });
  const answers = async (path: string) =>
    (await fetch(`${jobs}${path}`, { signal: AbortSignal.timeout(2_000) })).json();

  const starts = {
    async jobManager() {
      const main = 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint';
      const one = await process('flink-jobmanager', main, [`--configDir=${dir}/flink-jobmanager`], {
        'rest.bind-port': String(ports.rest),
      });
      await untilReady(one, `${options.logFile}-flink-jobmanager.log`, async () => Boolean(await answers('/overview')));
      return one;
    },
    async taskManager() {
      const main = 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner';
      const own = `${dir}/flink-taskmanager`;
      // A lost one stays on the list for a while, so the new one needs a name of its own.
      const id = randomUUID();
      const one = await process('flink-taskmanager', main, ['--configDir', own], {
        ...taskManagerSettings,
        'taskmanager.resource-id': id,
      });
      await untilReady(one, `${options.logFile}-flink-taskmanager.log`, async () => {
        const { taskmanagers } = (await answers('/taskmanagers')) as { taskmanagers: readonly { id: string }[] };
        return taskmanagers.some((known) => known.id === id);
      });
      return one;
    },
    async gateway() {
      const main = 'org.apache.flink.table.gateway.SqlGateway';
      const one = await process('flink-gateway', main, gatewayArguments(ports.gateway, 'remote'), {
        [identityKey]: identity,
      });
      await untilReady(one, `${options.logFile}-flink-gateway.log`, () => isOurs(endpoint, identity));
      return one;
    },
  };

  const jobManager = starts.jobManager();
  const running = {
    gateway: starts.gateway(),
    jobManager,
    // It gives up when nobody listens where the JobManager should.
    taskManager: jobManager.then(starts.taskManager),
  };
  const stop = async () => {
    const settled = await Promise.allSettled(Object.values(running));
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  await Promise.all(Object.values(running)).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    endpoint,
    jobs,
    kill: async (what) => (await running[what]).kill(),
    async start(what) {
      running[what] = starts[what]();
      await running[what];
    },
    stop,
  };
}

/** What the start scripts would compute: a TaskManager takes no defaults for its memory. */
const taskManagerSettings: FlinkSettings = {
  'taskmanager.host': '127.0.0.1',
  'taskmanager.bind-host': '127.0.0.1',
  'taskmanager.cpu.cores': 2,
  'taskmanager.memory.framework.heap.size': '128 mb',
  'taskmanager.memory.framework.off-heap.size': '128 mb',
  'taskmanager.memory.task.heap.size': '256 mb',
  'taskmanager.memory.task.off-heap.size': '0 b',
  'taskmanager.memory.jvm-metaspace.size': '192 mb',
  'taskmanager.memory.jvm-overhead.min': '64 mb',
  'taskmanager.memory.jvm-overhead.max': '64 mb',
};
