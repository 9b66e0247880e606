import type { ServiceFacts } from '../services/platform/facts.ts';
import { type PostgresName, postgresNames } from '../services/platform/names.ts';
import type { Mount } from './pod.ts';

export const tokenDirectory = '/var/run/secrets/ecommerce';
export const authorities = { configMap: 'rds-ca', directory: '/etc/rds', file: 'ca.pem' } as const;

export const reachesDatabase = ({ stores }: ServiceFacts): boolean =>
  stores.some(({ store }) => postgresNames.includes(store as PostgresName));

/** The authorities of the database's certificate. */
export const authoritiesMount: Mount = {
  name: 'database-authorities',
  at: authorities.directory,
  source: { configMap: { name: authorities.configMap } },
};

/** One token for each service that it calls, worth something to that one only; Kubernetes renews them at 80 % of their time. */
const tokensMount = ({ calls }: ServiceFacts): Mount => ({
  name: 'service-tokens',
  at: tokenDirectory,
  source: {
    projected: {
      sources: [...new Set(calls.map(({ to }) => to))]
        .toSorted()
        .map((callee) => ({ serviceAccountToken: { audience: callee, path: callee, expirationSeconds: 3600 } })),
    },
  },
});

/** What a service reads from files. */
export const mountsOf = (facts: ServiceFacts): readonly Mount[] => [
  ...(facts.calls.length > 0 ? [tokensMount(facts)] : []),
  ...(reachesDatabase(facts) ? [authoritiesMount] : []),
];
