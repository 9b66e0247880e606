import type { ServiceFacts } from '../services/platform/facts.ts';
import { postgresNames } from '../services/platform/names.ts';
import { type Platform, workloads } from '../services/platform/platform.ts';
import type { Environment } from './environments.ts';

/** Kept for AWS, for PostgreSQL's own superusers and for people who look for the cause. */
const reserved = 20;
/** A migration holds one connection as the administrator and one as the owner of its database. */
const migrating = 2;
/** While a deployment is replaced, a quarter of its replicas stand beside the old ones (Kubernetes: maxSurge 25 %). */
const replicasWhileReplaced = ({ scaling }: ServiceFacts): number => Math.ceil(scaling.max * 1.25);

export type ConnectionLine = {
  readonly workload: string;
  readonly replicas: number;
  readonly connections: number;
};

/** What every replica of every service can open at once, at its largest and in the middle of a deploy. */
export const connectionLines = (platform: Platform): readonly ConnectionLine[] =>
  workloads(platform).flatMap((facts) =>
    facts.stores.flatMap((use) =>
      'connections' in use && facts.kind === 'service'
        ? [{ workload: facts.name, replicas: replicasWhileReplaced(facts), connections: use.connections }]
        : [],
    ),
  );

/** A sentence when a row's database allows fewer connections than the platform can open, otherwise nothing. */
export function tooManyConnections(
  platform: Platform,
  row: Pick<Environment, 'name' | 'database'>,
): string | undefined {
  const lines = connectionLines(platform);
  const pools = lines.reduce((sum, { replicas, connections }) => sum + replicas * connections, 0);
  const most = pools + postgresNames.length * migrating + reserved;
  if (most <= row.database.maxConnections) return undefined;
  const parts = lines.map(({ workload, replicas, connections }) => `${workload} ${replicas} × ${connections}`);
  return (
    `${row.name}: up to ${most} connections (${parts.join(', ')}, ${postgresNames.length * migrating} for migrations, ${reserved} kept) ` +
    `where database.maxConnections allows ${row.database.maxConnections}; give it more, or the services smaller pools.`
  );
}
