import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Grant } from './grants.ts';

/** A grant as IAM has it. */
export const statementOf = ({ sid, actions, resources, conditions }: Grant): PolicyStatement =>
  new PolicyStatement({ sid, actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) });

/**
 * A role that the pods of one service account have (EKS Pod Identity), without anything in a manifest naming it. A workload
 * without grants still gets its role: one without would have the node's.
 */
export function podRole(
  scope: Construct,
  id: string,
  of: {
    readonly roleName: string;
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly grants: readonly Grant[];
  },
): Role {
  const { roleName, clusterName, namespace, serviceAccount, grants } = of;
  const role = new Role(scope, id, {
    roleName,
    description: `Pods of ${namespace}/${serviceAccount}`,
    // Without the condition any association of the account could take the role
    // (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html).
    assumedBy: new ServicePrincipal('pods.eks.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:RequestTag/eks-cluster-name': clusterName,
          'aws:RequestTag/kubernetes-namespace': namespace,
          'aws:RequestTag/kubernetes-service-account': serviceAccount,
        },
      },
    }).withSessionTags(),
  });
  if (grants.length > 0)
    new ManagedPolicy(role, 'Policy', {
      description: `What ${serviceAccount} asks of AWS`,
      roles: [role],
      statements: grants.map(statementOf),
    });
  new CfnPodIdentityAssociation(role, 'Association', {
    clusterName,
    namespace,
    serviceAccount,
    roleArn: role.roleArn,
  });
  return role;
}
