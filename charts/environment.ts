import type { ServiceFacts } from '../services/platform/facts.ts';
import type { ClusterRow } from './cluster-row.ts';
import { authorities, reachesDatabase, tokenDirectory } from './mounts.ts';
import { metricsPort } from './ports.ts';

/** What a service that reaches PostgreSQL is told besides the URL, which is in its Secret. */
export const databaseVariables: Readonly<Record<string, string>> = {
  DATABASE_AUTH: 'aws-iam',
  DATABASE_CA_FILE: `${authorities.directory}/${authorities.file}`,
};

/** The variables of a service that say how it runs in a cluster; what it talks to comes from its Secret (secrets.ts). */
export const variablesOf = (facts: ServiceFacts, row: ClusterRow): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      AWS_REGION: row.region,
      HOST: '0.0.0.0',
      LOG_LEVEL: row.logLevel,
      METRICS_PORT: String(metricsPort),
      PORT: String(facts.port),
      SERVICE_TOKEN_DIR: tokenDirectory,
      SHUTDOWN_DELAY_MS: '5000',
      ...(facts.reaches.includes('kafka') ? { KAFKA_AUTH: 'aws-iam' } : {}),
      ...(reachesDatabase(facts) ? databaseVariables : {}),
      // The load balancer is the only proxy before it.
      ...(facts.exposure === 'public' ? { TRUSTED_PROXIES: '1' } : {}),
    }).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
