import { join } from 'node:path';
import type { ServiceFacts, StoreUse } from '../../services/platform/facts.ts';
import { type PostgresName, postgresNames, type ServiceName } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import type { DatabaseUrls } from './databases.ts';
import { type Elsewhere, plainTextHosts } from './engine-units.ts';
import { awsEnvironment, type LocalAddresses, resolveBindings } from './environment.ts';
import { startProgram } from './node-process.ts';
import { prepareStores } from './preparation.ts';
import type { Credentials } from './secrets.ts';
import type { Unit } from './supervisor.ts';
import type { EngineName, PortName, UnitName } from './unit-names.ts';

type ServiceUnitOptions = {
  readonly dataDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly addresses: LocalAddresses;
  readonly databases: DatabaseUrls;
  readonly credentials: Credentials;
  readonly tokenDir: (service: ServiceName) => string;
  readonly elsewhere: Elsewhere;
};

const engineOf = ({ store }: StoreUse): EngineName => (isDatabase(store) ? 'postgres' : 'dynamodb');
const isDatabase = (name: string): name is PostgresName => (postgresNames as readonly string[]).includes(name);

/** The services, each started as soon as the engines of its stores are ready; they need nothing else to be useful. */
export const serviceUnits = (options: ServiceUnitOptions): Unit<UnitName>[] =>
  Object.values(platform.services).map((facts) => serviceUnit(facts, options));

function serviceUnit(facts: ServiceFacts, options: ServiceUnitOptions): Unit<UnitName> {
  const { name } = facts;
  const endpoint = options.addresses.endpoints[name];
  const logFile = join(options.dataDir, 'logs', `${name}.log`);
  const env = {
    ...resolveBindings(facts.environment, options.addresses),
    ...awsEnvironment(options.addresses),
    PLAIN_TEXT_HOSTS: plainTextHosts(options.elsewhere),
    HOST: '127.0.0.1',
    PORT: String(options.ports[name]),
    METRICS_PORT: String(options.ports[`${name}-metrics`]),
    LOG_LEVEL: 'info',
    SERVICE_TOKEN_DIR: options.tokenDir(name),
    SHUTDOWN_DELAY_MS: '0',
  };
  const database = facts.stores.find((use) => use.access === 'own' && isDatabase(use.store))?.store;
  return {
    name,
    after: [...new Set(facts.stores.map(engineOf))],
    layer: facts.exposure === 'public' ? 3 : 2,
    async launch(extra, signal) {
      if (database && isDatabase(database))
        await prepareStores({
          service: name,
          env: {
            ...env,
            MIGRATION_DATABASE_URL: options.databases[database].admin,
            SEED_ADMIN_PASSWORD: options.credentials.admin.password,
            SEED_DEMO_PASSWORD: options.credentials.demo.password,
          },
          marker: options.elsewhere.postgres === undefined ? join(options.dataDir, 'prepared', name) : undefined,
        });
      const file = `services/${name}/main.ts`;
      const process = await startProgram({ name, file, env: { ...env, ...extra }, endpoint, logFile, signal });
      return { endpoint, process };
    },
  };
}
