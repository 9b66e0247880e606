import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { clusterName, nodeRoleName } from '../stacks/naming.ts';
import type { ClusterRow } from './cluster-row.ts';

const name = 'ecommerce';

/** Nodes that enforce network policies carry it, and our pods go to no other: on the built-in pools a policy is decoration. */
export const enforcedNetwork = { 'ecommerce-platform/network-policy': 'enforced' } as const;

/** The switch of the controller that hands policies to the nodes (https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html). */
function policyController(scope: Construct): void {
  new ApiObject(scope, 'PolicyController', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
    data: { 'enable-network-policy-controller': 'true' },
  });
}

/** Nodes that enforce policies, as many as the pods need and no more than the row of the budget would bear. */
export function nodes(scope: Construct, row: ClusterRow): void {
  policyController(scope);
  new ApiObject(scope, 'NodeClass', {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'NodeClass',
    metadata: { name },
    spec: {
      role: nodeRoleName(row),
      subnetSelectorTerms: [{ tags: { 'kubernetes.io/role/internal-elb': '1', Environment: row.name } }],
      securityGroupSelectorTerms: [{ tags: { 'aws:eks:cluster-name': clusterName(row) } }],
      // DefaultDeny would also stop the agents of logs and metrics on each node; our namespace denies by policies of its own.
      networkPolicy: 'DefaultAllow',
      networkPolicyEventLogs: 'Enabled',
    },
  });
  new ApiObject(scope, 'NodePool', {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        metadata: { labels: enforcedNetwork },
        spec: {
          nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name },
          requirements: [
            { key: 'eks.amazonaws.com/instance-category', operator: 'In', values: ['c', 'm', 'r'] },
            { key: 'eks.amazonaws.com/instance-generation', operator: 'Gt', values: ['4'] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
            { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
          ],
          expireAfter: '336h',
        },
      },
      disruption: {
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        consolidateAfter: '5m',
        budgets: [{ nodes: '1' }],
      },
      // All services at their most ask for 13 cores and 13 GiB.
      limits: { cpu: '32', memory: '128Gi' },
    },
  });
}
