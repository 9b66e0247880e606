import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { awsEnvironment, resolveBindings } from '../../../bin/local/environment.ts';
import { localSecrets } from '../../../bin/local/secrets.ts';
import { type ServiceName, serviceNames } from '../../../services/platform/names.ts';
import { platform as vocabulary } from '../../../services/platform/platform.ts';
import type { PlatformUnderTest } from '../../harness/platform.ts';
import type { Plant } from '../../planted/plant.ts';

export type Replica = {
  readonly port: number;
  /** Tells it to end, and resolves with its exit code and the milliseconds that it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
  kill(): void;
};

const root = join(import.meta.dirname, '../../..');

/** Starts one more process of a service of the running platform, as a cluster would, that finds the others at `urls`. Resolves when it is ready. */
export async function startReplica(
  platform: PlatformUnderTest,
  service: ServiceName,
  urls: Readonly<Record<ServiceName, string>>,
  plant?: Plant,
): Promise<Replica> {
  const { addresses, databases, dataDir } = platform;
  const at = (name: string) => addresses[name] ?? '';
  const local = {
    endpoints: {
      ...urls,
      kafka: at('kafka'),
      email: at('mailbox'),
      'payment-provider': at('payment-provider'),
      'token-issuer': at('token-issuer'),
    },
    databases: {
      'user-database': databases['user-database'].service,
      'product-database': databases['product-database'].service,
    },
    dynamodb: at('dynamodb'),
    secrets: localSecrets(dataDir).values,
  };
  const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
  const planting = plant ? ['--import', pathToFileURL(join(root, 'tests/planted/plant.ts')).href] : [];
  const child = spawn(process.execPath, [...flags, ...planting, join(root, `services/${service}/main.ts`)], {
    env: {
      ...resolveBindings(vocabulary.services[service].environment, local),
      ...awsEnvironment(local),
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      LOG_LEVEL: 'info',
      SERVICE_TOKEN_DIR: join(dataDir, 'service-tokens', service),
      SHUTDOWN_DELAY_MS: '5000',
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
      ...(plant ? { PLANT: JSON.stringify(plant) } : {}),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const listening = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"listening"')) resolve(JSON.parse(line).port);
    });
  });
  const port = await Promise.race([
    listening,
    exited.then(([code]) => {
      throw new Error(`${service} ended with ${code} before it listened`);
    }),
  ]);
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    port,
    async stop() {
      const began = performance.now();
      child.kill('SIGTERM');
      const [code] = await exited;
      return { code, ms: performance.now() - began };
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** The value of each service. */
export const perService = async <T>(of: (service: ServiceName) => Promise<T> | T): Promise<Record<ServiceName, T>> =>
  Object.fromEntries(await Promise.all(serviceNames.map(async (name) => [name, await of(name)] as const))) as Record<
    ServiceName,
    T
  >;
