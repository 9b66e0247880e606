/** What a role may do although no end-to-end test makes it do it in a way that the recorder sees, and why it must be allowed. */
export type GrantException = {
  readonly service: string;
  /** As IAM has it. */
  readonly action: string;
  /** Name of the table, or what kind of thing is asked. */
  readonly resource: string;
  readonly reason: string;
};

const login = 'A login, not a call of the SDK: the token is signed in the process (services/kit/database-login.ts).';
const kafka = 'Kafka speaks its own protocol; the brokers ask IAM for these (services/kit/kafka-login.ts).';
const poller = 'Lambda polls in the name of the role, outside the code (stacks/aws/notifier-event-source.ts).';
const key = 'DynamoDB decrypts with the rights of the caller; no code calls KMS.';

const of = (service: string, resource: string, reason: string, ...actions: readonly string[]): GrantException[] =>
  actions.map((action) => ({ service, action, resource, reason }));

/** The whole list; grants.unit.test.ts refuses a line that no role needs any more. */
export const grantExceptions: readonly GrantException[] = [
  ...of('user-service', 'user-database', login, 'rds-db:connect'),
  ...of('product-service', 'product-database', login, 'rds-db:connect'),
  ...of('order-service', 'kafka', kafka, 'kafka-cluster:Connect', 'kafka-cluster:WriteDataIdempotently'),
  ...of('order-service', 'orders.v1', kafka, 'kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'),
  ...of('order-service', 'orders.v1.dlq', kafka, 'kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'),
  ...of('notification-lambda', 'kafka', poller, 'kafka-cluster:Connect'),
  ...of('notification-lambda', 'orders.v1', poller, 'kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'),
  ...of('notification-lambda', 'group', poller, 'kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'),
  ...['api-gateway', 'user-service', 'order-service', 'payment-service', 'notification-lambda'].flatMap((service) =>
    of(service, 'key', key, 'kms:Decrypt'),
  ),
  {
    service: 'user-service',
    action: 'dynamodb:DeleteItem',
    resource: 'ecommerce-contacts',
    reason: 'Follows the deletion of a user in PostgreSQL, for which there is no route yet (user-service/outbox.ts).',
  },
  {
    service: 'notification-lambda',
    action: 'dynamodb:PutItem',
    resource: 'ecommerce-notifications',
    reason:
      'Writes a record down that can never succeed; function.engine.test.ts does it, no end-to-end test poisons the topic.',
  },
];

/**
 * What the role of the function may do besides, because Lambda does it in the role's name: nothing in the code calls these. Kinds of
 * calls only; which resources they may touch is held by the rules of the stack.
 */
export const lambdaRights: Readonly<Record<string, readonly string[]>> = {
  'Lambda writes what the function logs, and its traces': [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  'Lambda finds the brokers and stands beside them to poll (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html)':
    [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'kafka-cluster:DescribeClusterDynamicConfiguration',
      'kafka:DescribeCluster',
      'kafka:DescribeClusterV2',
      'kafka:GetBootstrapBrokers',
    ],
  'Lambda keeps what it gave up, sealed, in a bucket': ['kms:GenerateDataKey', 's3:ListBucket', 's3:PutObject'],
};
