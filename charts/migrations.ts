import { Duration } from 'cdk8s';
import { Env, EnvValue, Secret } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import { type PostgresName, postgresNames } from '../services/platform/names.ts';
import { parameterName } from '../stacks/naming.ts';
import type { ClusterRow } from './cluster-row.ts';
import { databaseVariables } from './environment.ts';
import { hookJob } from './hook-job.ts';
import { wave } from './labels.ts';
import { authoritiesMount } from './mounts.ts';
import { externalSecret } from './secrets.ts';

/** Own name and label, so that neither the Service nor a budget takes a migration for a replica. */
export const migrationName = ({ name }: Pick<ServiceFacts, 'name'>): string => `${name}-migrate`;

/** Who owns a database migrates it. */
export const ownsDatabase = ({ stores }: ServiceFacts): boolean =>
  stores.some(({ store, access }) => access === 'own' && postgresNames.includes(store as PostgresName));

/** Argo CD runs it before it changes anything else of the service, anew each time, and stops the sync when it fails. */
const beforeSync = {
  'argocd.argoproj.io/hook': 'PreSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
} as const;

/** The administrator's URL: the service's own, to the database that is always there, with the login that RDS keeps. */
const administratorUrl =
  '{{ regexReplaceAll "^postgres://[^@]*@([^/]*)/.*$" .DATABASE_URL ' +
  `(printf "postgres://%s:%s@\${1}/postgres" (.username | urlquery) (.password | urlquery)) }}`;

/**
 * The job that brings a service's database to what its next version needs, before that version comes. The version that runs must
 * be able to live with the result: columns are added in one release and taken away in a later one (docs/gitops.md).
 */
export function migration(scope: Construct, row: ClusterRow, facts: ServiceFacts): void {
  if (!ownsDatabase(facts)) return;
  const name = migrationName(facts);
  const login = { from: 'secrets', key: row.databaseAdministratorSecretArn } as const;
  externalSecret(scope, 'MigrationSecret', {
    name,
    of: name,
    values: {
      DATABASE_URL: { from: 'parameters', key: parameterName(row, facts.name, 'DATABASE_URL') },
      password: { ...login, property: 'password' },
      username: { ...login, property: 'username' },
    },
    template: { DATABASE_URL: '{{ .DATABASE_URL }}', MIGRATION_DATABASE_URL: administratorUrl },
    annotations: { ...beforeSync, ...wave(-1) },
  });
  hookJob(scope, row, {
    name,
    of: facts.name,
    entry: 'migrate',
    annotations: beforeSync,
    within: Duration.minutes(10),
    variables: Object.fromEntries(
      Object.entries({ AWS_REGION: row.region, ...databaseVariables }).map(([key, value]) => [
        key,
        EnvValue.fromValue(value),
      ]),
    ),
    from: [Env.fromSecret(Secret.fromSecretName(scope, 'MigrationEnvironment', name))],
    mounts: [authoritiesMount],
  });
}
