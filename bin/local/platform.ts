import { join, resolve } from 'node:path';
import { jobNames, type ServiceName } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { brokenRules } from '../../services/platform/rules.ts';
import { analyticsUnit } from './analytics-unit.ts';
import { chooseLocalPorts } from './choose-addresses.ts';
import { claimDataDir } from './claim.ts';
import { companionUnits } from './companion-units.ts';
import { type DatabaseUrls, databaseUrls } from './databases.ts';
import { type Elsewhere, engineUnits } from './engine-units.ts';
import { LocalFailure } from './engines/engine.ts';
import { postgresUrl } from './engines/postgres.ts';
import { localAddresses, publishedAddresses } from './local-addresses.ts';
import { writePrivately } from './private-file.ts';
import { type Credentials, localCredentials, localSecrets } from './secrets.ts';
import { serviceUnits } from './service-units.ts';
import { createSupervisor, type Supervisor, type Unit, type UnitEvent } from './supervisor.ts';
import { startTokenIssuer } from './token-issuer.ts';
import type { UnitName } from './unit-names.ts';

export type LocalPlatformOptions = {
  readonly dataDir: string;
  /** `usual`: 8080 and so on where they are free. `free`: random ones, for tests. */
  readonly ports: 'usual' | 'free';
  /** Empty the data directory first. */
  readonly fresh?: boolean;
  readonly elsewhere?: Elsewhere;
  /** Added to the environment of a unit, failpoints for example. */
  readonly extra?: Partial<Readonly<Record<UnitName, Readonly<Record<string, string>>>>>;
  /** What happens when a process ends by itself; tests that count restarts say `never`. */
  readonly restart?: 'with-backoff' | 'never';
  /** Variables that fix ports; those of this process by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onEvent?: (event: UnitEvent) => void;
  /** Units that are not started; `start(name)` brings them up later. */
  readonly without?: readonly UnitName[];
  /** Gives the start up. */
  readonly signal?: AbortSignal;
};

/** What can be written down about a running platform. */
export type PlatformDescription = {
  readonly dataDir: string;
  /** Base URLs by name (`gateway`, `order-service`, `order-service-metrics`, …); host:port for Kafka and PostgreSQL. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly databases: DatabaseUrls;
  readonly credentials: Credentials;
};

/** The whole platform on this machine; serves `npm start` and the end-to-end tests alike. */
export type LocalPlatform = PlatformDescription &
  Pick<Supervisor<UnitName>, 'start' | 'stop' | 'kill' | 'exited' | 'pid' | 'stopAll'> & {
    /** Stops a unit and starts it again; `extra` replaces what was added to its environment before. */
    restart(name: UnitName, extra?: Readonly<Record<string, string>>): Promise<void>;
    /** A token of a service for another, as its token file holds it; `lifetime` in seconds. */
    serviceToken(caller: ServiceName, callee: string, lifetime?: number): Promise<string>;
    logFile(name: UnitName): string;
  };

/**
 * Starts everything that is not elsewhere, but for the jobs (`start` begins them), and resolves when the platform can take an order. Throws a `LocalFailure`, whose
 * message tells the user what to do, after stopping what had been started.
 */
export async function startLocalPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  const broken = brokenRules(platform);
  if (broken.length > 0) throw new LocalFailure(broken.join('\n'));
  const dataDir = resolve(options.dataDir);
  const { elsewhere = {}, onEvent = () => {} } = options;
  const giveBack = await claimDataDir(dataDir, options.fresh ?? false);
  const cleanUp: (() => unknown)[] = [giveBack];
  const stopAll = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const ports = await chooseLocalPorts(options.ports, options.environment ?? process.env);
    const secrets = localSecrets(dataDir);
    const credentials = localCredentials(dataDir);
    const issuer = await startTokenIssuer({ dataDir, port: ports['token-issuer'] });
    cleanUp.push(() => issuer.close());
    const adminUrl = elsewhere.postgres ?? postgresUrl({ dir: join(dataDir, 'postgres'), port: ports.postgres });
    const databases = databaseUrls(adminUrl, secrets.databasePasswords);
    const addresses = localAddresses({ ports, elsewhere, databases, secrets, jwksUrl: issuer.jwksUrl });
    const parts = { dataDir, ports, addresses, databases, elsewhere, credentials };
    const units: Unit<UnitName>[] = [
      ...engineUnits({ ...parts, databasePasswords: secrets.databasePasswords }),
      ...companionUnits(parts),
      ...serviceUnits({ ...parts, tokenDir: issuer.tokenDir }),
      analyticsUnit({ dataDir, ports, brokers: addresses.endpoints.kafka }),
    ];
    const supervisor = createSupervisor<UnitName>({
      units,
      restart: options.restart ?? 'with-backoff',
      onEvent,
      ...(options.extra ? { extra: options.extra } : {}),
    });
    cleanUp.push(() => supervisor.stopAll());
    options.signal?.addEventListener('abort', () => void supervisor.stopAll(), { once: true });
    await supervisor.startAll([...(options.without ?? []), ...jobNames]);
    const published = publishedAddresses(addresses, ports, adminUrl);
    writePrivately(join(dataDir, 'platform.json'), `${JSON.stringify(published, undefined, 2)}\n`);
    return {
      ...supervisor,
      dataDir,
      addresses: published,
      databases,
      credentials,
      stopAll,
      async restart(name, extra) {
        await supervisor.stop(name);
        await supervisor.start(name, extra);
      },
      serviceToken: issuer.token,
      logFile: (name) => join(dataDir, 'logs', `${name}.log`),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
