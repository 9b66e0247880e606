import { Duration } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import { aclJob, flinkUserName } from '../stacks/naming.ts';
import type { ClusterRow } from './cluster-row.ts';
import { hookJob } from './hook-job.ts';
import { environmentSecret } from './secrets.ts';

/** Whether a service's image has the job that keeps the ACLs. */
export const keepsAcls = ({ name }: Pick<ServiceFacts, 'name'>): boolean => name === aclJob.service;

/**
 * Each commit that is synced runs it anew, beside the service, which does not wait for it. It is gone when it succeeded; when it fails,
 * so does the sync, and Argo CD tries again.
 */
const duringSync = {
  'argocd.argoproj.io/hook': 'Sync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
} as const;

/**
 * The job that gives the analytics of the other cloud its ACLs on the brokers, and takes away whatever else it has. Its account's role
 * may do that and nothing else (stacks/aws/acl-role.ts).
 */
export function kafkaAcls(scope: Construct, row: ClusterRow, facts: ServiceFacts): void {
  if (!keepsAcls(facts)) return;
  const { name, entry } = aclJob;
  // Only the brokers of what the service reads: the job has nothing to do with the rest.
  const secret = Secret.fromSecretName(scope, 'AclEnvironment', environmentSecret(facts.name));
  hookJob(scope, row, {
    name,
    of: facts.name,
    entry,
    annotations: duringSync,
    within: Duration.minutes(5),
    variables: {
      ANALYTICS_USER: EnvValue.fromValue(flinkUserName),
      AWS_REGION: EnvValue.fromValue(row.region),
      KAFKA_AUTH: EnvValue.fromValue('aws-iam'),
      KAFKA_BROKERS: EnvValue.fromSecretValue({ secret, key: 'KAFKA_BROKERS' }),
    },
  });
}
