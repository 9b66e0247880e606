import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { aclJob, aclJobRoleName, namespace } from '../naming.ts';
import type { Grant, Places } from './grants.ts';
import { podRole } from './pod-role.ts';
import { tagService } from './tags.ts';

/**
 * What Kafka's IAM asks of who sees and changes ACLs; each action requires the one before
 * (https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html). With Alter on the cluster, ACLs can be given to any
 * SCRAM user, so no service has it: only this job's pods. To roles, ACLs mean nothing.
 */
export const aclGrants = ({ kafkaCluster }: Pick<Places, 'kafkaCluster'>): readonly Grant[] => [
  {
    sid: 'KafkaAcls',
    actions: ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster', 'kafka-cluster:AlterCluster'],
    resources: [kafkaCluster],
  },
];

/** Who the job is to AWS that keeps the ACLs of the other cloud's user. */
export function aclRole(
  scope: Construct,
  row: Environment,
  of: { readonly clusterName: string; readonly places: Pick<Places, 'kafkaCluster'> },
): Role {
  const role = podRole(scope, aclJob.name, {
    roleName: aclJobRoleName(row),
    clusterName: of.clusterName,
    namespace,
    serviceAccount: aclJob.name,
    grants: aclGrants(of.places),
  });
  tagService(role, aclJob.service);
  return role;
}
