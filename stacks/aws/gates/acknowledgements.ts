import type { Acknowledgement } from './acknowledgement.ts';
import type { Reason } from './reasons.ts';

type Row = Acknowledgement<Reason>;

const managedPolicy = (name: string): string =>
  `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`;

/** One row for each id: the same reason and owner for all of them. */
const each = (ids: readonly string[], rest: Omit<Row, 'id'>): readonly Row[] => ids.map((id) => ({ id, ...rest }));

/** Every finding of the gating checks that stays, by its id and place. */
export const acknowledgements: readonly Row[] = [
  ...each(
    [
      'AmazonEKSClusterPolicy',
      'AmazonEKSComputePolicy',
      'AmazonEKSBlockStoragePolicy',
      'AmazonEKSLoadBalancingPolicy',
      'AmazonEKSNetworkingPolicy',
    ].map(managedPolicy),
    { where: ['Cluster/Cluster/Role'], reason: 'eksManaged', owner: 'platform' },
  ),
  ...each(['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'].map(managedPolicy), {
    where: ['Cluster/NodeRole'],
    reason: 'eksManaged',
    owner: 'platform',
  }),
];
