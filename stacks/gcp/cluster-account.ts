import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { analyticsAccountId } from '../naming.ts';
import type { Buckets } from './buckets.ts';
import { kafkaUserPath } from './paths.ts';

/** What a machine of the cluster may do with objects of each bucket. Results can be added, and neither changed nor removed. */
const objectRoles: Readonly<Record<keyof Buckets, readonly string[]>> = {
  artifacts: ['roles/storage.objectViewer'],
  checkpoints: ['roles/storage.objectUser'],
  results: ['roles/storage.objectCreator', 'roles/storage.objectViewer'],
  staging: ['roles/storage.objectUser'],
};

/** Without it the role of Dataproc's machines would open every bucket of the project. */
const noStorage = {
  title: 'no-storage',
  description: 'Buckets are opened one by one',
  expression: 'resource.service != "storage.googleapis.com"',
};

export type ClusterAccount = {
  readonly email: string;
  /** Everything that has to be granted before a machine starts. */
  readonly granted: ITerraformDependable[];
};

/** Whom the cluster's machines are, with what they need and no more. */
export function createClusterAccount(scope: Construct, row: Environment, buckets: Buckets): ClusterAccount {
  const { project } = row.gcp;
  const account = new ServiceAccount(scope, 'account', {
    accountId: analyticsAccountId(row),
    displayName: 'Machines of the analytics',
  });
  const { member } = account;
  const ofProject = [
    { role: 'roles/dataproc.worker', condition: noStorage },
    { role: 'roles/logging.logWriter' },
    { role: 'roles/monitoring.metricWriter' },
  ].map(
    ({ role, condition }) =>
      new ProjectIamMember(scope, `may-${nameOf(role)}`, { project, role, member, ...(condition && { condition }) }),
  );
  const ofBuckets = Object.entries(objectRoles).flatMap(([kind, roles]) =>
    // The connectors ask for the bucket itself before they touch an object.
    [...roles, 'roles/storage.legacyBucketReader'].map(
      (role) =>
        new StorageBucketIamMember(scope, `may-${kind}-${nameOf(role)}`, {
          bucket: buckets[kind as keyof Buckets].name,
          role,
          member,
        }),
    ),
  );
  const ofSecret = new SecretManagerSecretIamMember(scope, 'may-read-kafka-user', {
    secretId: kafkaUserPath(row),
    role: 'roles/secretmanager.secretAccessor',
    member,
  });
  return { email: account.email, granted: [...ofProject, ...ofBuckets, ofSecret] };
}

const nameOf = (role: string): string => role.slice(role.lastIndexOf('.') + 1);
