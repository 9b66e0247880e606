import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platform } from '../../services/platform/platform.ts';
import { awsEnvironment, type LocalAddresses, resolveBindings } from './environment.ts';
import { startProgram } from './node-process.ts';
import type { Unit } from './supervisor.ts';
import { type CompanionName, companionNames, type PortName, type UnitName } from './unit-names.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The provider simulator with its own ledger, and what feeds Kafka records to the function as Lambda would. */
export function companionUnits(options: {
  readonly dataDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly addresses: LocalAddresses;
}): Unit<UnitName>[] {
  const { dataDir, ports, addresses } = options;
  const { consumes, environment } = platform.functions['notification-lambda'];
  const [consumed] = consumes;
  if (!consumed) throw new Error('notification-lambda consumes no topic, so nothing would invoke it.');
  const programs = {
    'payment-provider': {
      file: 'bin/local/payment-provider/main.ts',
      after: [],
      layer: 1,
      readyPath: '/livez',
      env: {
        PAYMENT_PROVIDER_KEY: addresses.secrets['payment-provider-key'],
        LEDGER: join(dataDir, 'payment-provider', 'ledger.jsonl'),
      },
    },
    'event-source': {
      file: 'bin/local/event-source.ts',
      after: ['kafka', 'dynamodb', 'ses'],
      layer: 3,
      readyPath: '/readyz',
      env: {
        ...resolveBindings(environment, addresses),
        ...awsEnvironment(addresses),
        KAFKA_BROKERS: addresses.endpoints.kafka,
        EVENT_TOPIC: consumed.topic,
        EVENT_GROUP: consumed.group,
        FUNCTION_HANDLER: join(root, 'services/notification-lambda/handler.ts'),
        MAIL_FROM: 'orders@example.com',
      },
    },
  } as const satisfies Record<CompanionName, object>;
  return companionNames.map((name) => {
    const { file, after, layer, env, readyPath } = programs[name];
    const endpoint = `http://127.0.0.1:${ports[name]}`;
    const own = { HOST: '127.0.0.1', PORT: String(ports[name]), LOG_LEVEL: 'info', DATA_DIR: join(dataDir, name) };
    return {
      name,
      after,
      layer,
      async launch(extra, signal) {
        mkdirSync(own.DATA_DIR, { recursive: true });
        const logFile = join(dataDir, 'logs', `${name}.log`);
        const all = { ...own, ...env, ...extra };
        return {
          endpoint,
          process: await startProgram({ name, file, env: all, readyPath, endpoint, logFile, signal }),
        };
      },
    };
  });
}
