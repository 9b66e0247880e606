import { type DynamoName, dynamoNames } from '../../services/platform/names.ts';
import { at, list, on, type Properties } from '../aws/gates/template.ts';
import type { Environment } from '../environments.ts';
import { eventKiBPerOrder, mailsPerOrder, tableKiBPerOrder, tableUnitsPerOrder, type Usage } from './usage.ts';

/** So much of one priced unit in a month. */
export type Quantity = { readonly price: string; readonly amount: number };

export type Circumstances = { readonly row: Environment; readonly usage: Usage };

/** What one resource uses in a month; `count` resources of its type share what is assumed for the whole environment. */
export type Meter = (properties: Properties, where: Circumstances & { readonly count: number }) => readonly Quantity[];

export const hours = 730;
const days = 30.4;
const mebi = 1_048_576;
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const orders = ({ ordersPerDay }: Usage): number => ordersPerDay * days;
const requests = (usage: Usage): number => orders(usage) * usage.requestsPerOrder;

const always =
  (price: string, amount: number): Meter =>
  () => [{ price, amount }];

const broker: Meter = (properties, { row: { kafka }, usage }) => {
  const brokers = number(properties.NumberOfBrokerNodes);
  const type = at(properties, 'BrokerNodeGroupInfo.InstanceType');
  const written = (orders(usage) * eventKiBPerOrder) / mebi;
  const gibibytes = number(at(properties, 'BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize'));
  return [
    { price: `msk:${typeof type === 'string' ? type : kafka.brokers.instanceType}`, amount: brokers * hours },
    { price: 'msk-storage', amount: brokers * gibibytes },
    // Express brokers have no volumes: what is written and what is kept (a quarter of a month's) is charged.
    { price: 'msk-express-data', amount: gibibytes === 0 ? written : 0 },
    { price: 'msk-express-storage', amount: gibibytes === 0 ? written / 4 : 0 },
  ];
};

const table: Meter = ({ TableName }, { usage }) => {
  const name = dynamoNames.find((one): one is DynamoName => one === TableName);
  const { writes, reads } = name ? tableUnitsPerOrder[name] : { writes: 0, reads: 0 };
  const gibibytes = (orders(usage) * 12 * tableKiBPerOrder) / mebi;
  return [
    { price: 'dynamodb-writes', amount: (orders(usage) * writes) / 1e6 },
    { price: 'dynamodb-reads', amount: (orders(usage) * reads) / 1e6 },
    { price: 'dynamodb-storage', amount: gibibytes },
    { price: 'dynamodb-recovery', amount: gibibytes },
  ];
};

/** A machine in waiting costs what the one that works does, and so does its storage. Backups up to the storage's size are free. */
const databaseInstance: Meter = (properties, { row: { database }, usage }) => {
  if (database.engine === 'aurora-serverless')
    return [{ price: 'aurora-acu', amount: Math.max(database.minCapacity, usage.averageAcu) * hours }];
  const machines = on(properties.MultiAZ) ? 2 : 1;
  return [
    { price: `rds:${String(properties.DBInstanceClass)}`, amount: machines * hours },
    { price: 'rds-gp3', amount: machines * Number(properties.AllocatedStorage ?? Number.NaN) },
  ];
};

/** The types that cost. Each figure that is not in a template is an assumption of usage.ts or a remark here. */
export const meters: Readonly<Record<string, Meter>> = {
  'AWS::CloudWatch::Alarm': always('alarm', 1),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::EC2::EIP': always('public-ipv4', hours),
  'AWS::EC2::NatGateway': (_, { usage, count }) => [
    { price: 'nat-gateway', amount: hours },
    { price: 'nat-gateway-data', amount: (usage.outboundGiBPerDay * days) / count },
  ],
  'AWS::EC2::VPCEndpoint': (properties, { usage, count }) =>
    properties.VpcEndpointType === 'Interface'
      ? [
          { price: 'interface-endpoint', amount: list(properties.SubnetIds).length * hours },
          { price: 'interface-endpoint-data', amount: (usage.endpointGiBPerDay * days) / count },
        ]
      : [],
  'AWS::EC2::VPNConnection': always('vpn-connection', hours),
  'AWS::ECR::Repository': (_, { usage, count }) => [{ price: 'ecr-storage', amount: usage.imageGiB / count }],
  // The machines that Auto Mode starts are in no template.
  'AWS::EKS::Cluster': (_, { usage }) => [
    { price: 'eks-cluster', amount: hours },
    { price: 'eks-node-large', amount: usage.nodes * hours },
    { price: 'eks-auto-mode-node-large', amount: usage.nodes * hours },
    { price: 'ebs-gp3', amount: usage.nodes * 80 },
    { price: 'transfer-between-zones', amount: (2 * usage.endpointGiBPerDay + usage.outboundGiBPerDay) * days },
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (properties, { usage }) => [
    { price: 'load-balancer', amount: hours },
    // A unit is 25 new connections a second or a GiB an hour; nights are idle, so one on average.
    { price: 'load-balancer-capacity', amount: hours },
    { price: 'public-ipv4', amount: list(properties.Subnets).length * hours },
    { price: 'transfer-out', amount: (requests(usage) * usage.answerKiB) / mebi },
  ],
  // Each of ours rotates once a year, and what rotated before is charged up to twice.
  'AWS::KMS::Key': (_, { usage, count }) => [
    { price: 'kms-key', amount: 1 },
    { price: 'kms-requests', amount: (requests(usage) * 0.2) / 1e6 / count },
  ],
  // Four pollers make one unit; each mail is 0.2 s of 512 MiB.
  'AWS::Lambda::EventSourceMapping': (properties) => [
    {
      price: 'lambda-event-poller-unit',
      amount: Math.ceil(number(at(properties, 'ProvisionedPollerConfig.MinimumPollers')) / 4) * hours,
    },
  ],
  'AWS::Lambda::Function': (_, { usage, count }) => [
    { price: 'lambda-requests', amount: orders(usage) / 1e6 / count },
    { price: 'lambda-arm', amount: (orders(usage) * mailsPerOrder * 0.2 * 0.5) / count },
    { price: 'traces', amount: orders(usage) / 1e6 / count },
  ],
  'AWS::Logs::LogGroup': (_, { row, usage, count }) => [
    { price: 'logs-ingested', amount: (usage.logGiBPerDay * days) / count },
    // A tenth of what came in, once it is compressed.
    { price: 'logs-kept', amount: (usage.logGiBPerDay * row.logRetentionDays) / 10 / count },
  ],
  'AWS::MSK::Cluster': broker,
  'AWS::RDS::DBCluster': (_, { row, usage }) => [
    { price: 'aurora-storage', amount: usage.databaseGiB },
    { price: 'aurora-io', amount: (requests(usage) * 2) / 1e6 },
    { price: 'aurora-backup', amount: (usage.databaseGiB * row.database.backupDays) / 10 },
  ],
  'AWS::RDS::DBInstance': databaseInstance,
  'AWS::Route53Resolver::ResolverEndpoint': (properties) => [
    { price: 'resolver-address', amount: list(properties.IpAddresses).length * hours },
  ],
  'AWS::S3::Bucket': (_, { usage, count }) => [
    { price: 's3-storage', amount: usage.bucketGiB / count },
    { price: 's3-reads', amount: requests(usage) / 10 / 1e6 / count },
    { price: 's3-writes', amount: orders(usage) / 1e6 / count },
  ],
  'AWS::SES::ConfigurationSet': (_, { usage, count }) => [
    { price: 'ses-mail', amount: (orders(usage) * mailsPerOrder) / 1_000 / count },
  ],
  'AWS::SecretsManager::Secret': always('secret', 1),
  'AWS::WAFv2::WebACL': (properties, { usage }) => [
    { price: 'waf-acl', amount: 1 },
    { price: 'waf-rule', amount: list(properties.Rules).length },
    { price: 'waf-requests', amount: requests(usage) / 1e6 },
  ],
};
