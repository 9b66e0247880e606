import type { Acknowledgement } from './acknowledgement.ts';
import type { Reason } from './reasons.ts';

type Row = Acknowledgement<Reason>;

const managedPolicy = (name: string): string =>
  `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`;

const wildcard = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;

/** What the CDK calls the one function of a stack that makes calls of the SDK. */
const sdkFunction = 'AWS679f53fac002430cb0da5b7982bd2287';

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
  {
    id: managedPolicy('service-role/AmazonRDSEnhancedMonitoringRole'),
    where: ['Database/Cluster/MonitoringRole'],
    reason: 'monitoringManaged',
    owner: 'platform',
  },
  ...each(
    ['network-interface', 'security-group', 'subnet'].map((kind) =>
      wildcard(`arn:<AWS::Partition>:ec2:<region>:<account>:${kind}/*`),
    ),
    { where: ['Notifier/Role/DefaultPolicy'], reason: 'interfacesOfLambda', owner: 'notifications' },
  ),
  {
    id: wildcard('*'),
    where: ['Notifier/Role/DefaultPolicy'],
    reason: 'describeOnly',
    owner: 'notifications',
  },
  {
    id: wildcard('*'),
    where: [0, 1].map((connection) => `Interconnect/Answers/Connection ${connection}`),
    reason: 'describeOnly',
    owner: 'platform',
  },
  {
    id: wildcard('<GivenUp4E100BCE.Arn>/*'),
    where: ['Notifier/Role/DefaultPolicy'],
    reason: 'objectsOfOneBucket',
    owner: 'notifications',
  },
  {
    id: wildcard('*'),
    where: ['Observers/cloudWatch/Policy', 'ImagePublisher/Role/Policy'],
    reason: 'describeOnly',
    owner: 'platform',
  },
  {
    id: wildcard('<LogLinesEC976695.Arn>/*'),
    where: ['Observers/logs/Policy'],
    reason: 'objectsOfOneBucket',
    owner: 'platform',
  },
  {
    id: 'AwsSolutions-SMG4',
    where: [
      'Parameters/access-token-keys',
      'Parameters/refresh-token-key',
      'Parameters/payment-provider-key',
      'Streaming/ScramUser',
      ...[0, 1, 2, 3].map((tunnel) => `Interconnect/Key ${tunnel}`),
    ],
    reason: 'rotatedByHand',
    owner: 'platform',
  },
  { id: 'AwsSolutions-EC23', where: ['Edge/SecurityGroup'], reason: 'publicByPurpose', owner: 'platform' },
  { id: 'AwsSolutions-S1', where: ['Edge/AccessLogs'], reason: 'logOfLogs', owner: 'platform' },
  {
    id: 'AwsSolutions-RDS10',
    where: ['Database/Cluster'],
    only: 'dev',
    reason: 'devIsDisposable',
    owner: 'platform',
  },
  {
    id: 'Platform-DDB2',
    where: ['Tables/ecommerce-sessions'],
    reason: 'sessionsAreShort',
    owner: 'users',
  },
  {
    id: 'Serverless-SNSRedrivePolicy',
    where: ['Alarming/Topic'],
    reason: 'mailOfAlarms',
    owner: 'platform',
  },
  {
    id: 'Serverless-LambdaDLQ',
    where: ['Notifier/Function'],
    reason: 'eventSourceFailures',
    owner: 'notifications',
  },
  ...each(['Serverless-LambdaDLQ', 'Serverless-LambdaDefaultMemorySize', 'Serverless-LambdaTracing'], {
    where: ['Streaming', 'Interconnect'].map((stack) => `${stack}/${sdkFunction}`),
    reason: 'deployHelper',
    owner: 'platform',
  }),
];

/** What a row with `rds-postgres` brings besides; none has it today, so tests/stacks/rds-postgres.unit.test.ts keeps these used. */
export const rdsAcknowledgements: readonly Row[] = [
  {
    id: managedPolicy('service-role/AmazonRDSEnhancedMonitoringRole'),
    where: ['Database/Instance/MonitoringRole'],
    reason: 'monitoringManaged',
    owner: 'platform',
  },
  ...each(['AwsSolutions-RDS3', 'AwsSolutions-RDS10'], {
    where: ['Database/Instance'],
    only: 'dev',
    reason: 'devIsDisposable',
    owner: 'platform',
  }),
  { id: 'AwsSolutions-RDS11', where: ['Database/Instance'], reason: 'portIsNoSecret', owner: 'platform' },
];

/** The same for CDK's own look at the templates, which runs in CI only. */
export const validationAcknowledgements: readonly Row[] = [
  {
    id: 'CloudFormation-Validate::W9009',
    where: ['Cluster/Cluster/Resource'],
    reason: 'writtenByTheCdk',
    owner: 'platform',
  },
];
