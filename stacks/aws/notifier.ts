import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  EventSourceMapping,
  type IFunction,
  Function as LambdaFunction,
  MetricType,
  Runtime,
  StartingPosition,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { notificationLambda } from '../../services/notification-lambda/service.ts';
import type { Binding, Bindings } from '../../services/platform/bindings.ts';
import { type DynamoName, dynamoNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { bucketName, functionName, stackName, tableName, topicName } from '../naming.ts';
import { bundledCode } from './bundle.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';
import { createMailSender } from './mail-sender.ts';
import { watchNotifier } from './notifier-alarms.ts';
import type { StreamingStack } from './streaming.ts';

const [{ topic, group }] = notificationLambda.consumes;

/** The function that mails buyers about their orders, from its real bundle, and what feeds it. */
export class NotifierStack extends Stack {
  readonly fn: LambdaFunction;

  constructor(
    scope: Construct,
    row: Environment,
    deps: {
      readonly streaming: Pick<StreamingStack, 'clusterArn'>;
      readonly tables: { readonly tables: Readonly<Record<DynamoName, TableV2>> };
    },
  ) {
    super(scope, stackName(row, 'Notifier'), {
      env: { account: row.account, region: row.region },
      description: 'The function that mails buyers about their orders, and its event source',
    });
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName(row, 'notification-lambda')}`,
      encryptionKey: logKey(this, 'LogKey', row),
      retention: row.logRetentionDays,
      removalPolicy: removalOf(row),
    });
    this.fn = this.#function(row, log);
    const mapping = this.#eventSource(row, deps.streaming.clusterArn, this.#givenUp(row));
    watchNotifier(this, row, { fn: this.fn, mapping, log });
  }

  #function(row: Environment, log: LogGroup): LambdaFunction {
    const role = new Role(this, 'Role', {
      description: 'What notification-lambda may do',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    log.grantWrite(role);
    role.addToPolicy(createMailSender(this, row));
    return new LambdaFunction(this, 'Function', {
      functionName: functionName(row, 'notification-lambda'),
      description: 'Mails buyers about their orders',
      code: bundledCode('services/notification-lambda/handler.ts'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Half a processor: the time goes into waiting for DynamoDB and SES.
      memorySize: 512,
      timeout: Duration.seconds(60),
      tracing: Tracing.ACTIVE,
      role,
      logGroup: log,
      environment: {
        ...resolve(notificationLambda.environment, row),
        // The vocabulary's address is the local one; here it has to be of a domain that the row owns.
        MAIL_FROM: row.notifier.mailFrom,
        LOG_LEVEL: 'info',
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }

  /** Records that were tried to the end. A bucket keeps them whole; a queue would only tell where they were. */
  #givenUp(row: Environment): Bucket {
    return new Bucket(this, 'GivenUp', {
      bucketName: bucketName(row, 'notifier-given-up'),
      encryption: BucketEncryption.KMS,
      encryptionKey: encryptionKey(this, row, 'records that the notifier gave up'),
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: Bucket.fromBucketName(this, 'AccessLogs', bucketName(row, 'access-logs')),
      serverAccessLogsPrefix: 'notifier-given-up/',
      lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) }],
      removalPolicy: removalOf(row),
    });
  }

  #eventSource(row: Environment, clusterArn: string, givenUp: Bucket): EventSourceMapping {
    for (const statement of eventSourceStatements(this, clusterArn)) this.fn.addToRolePolicy(statement);
    const mapping = new EventSourceMapping(this, 'Orders', {
      target: this.fn,
      eventSourceArn: clusterArn,
      kafkaTopic: topicName(row, topic),
      kafkaConsumerGroupId: group,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 50,
      maxBatchingWindow: Duration.seconds(1),
      // What follows works with pollers of one's own only
      // (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
      provisionedPollerConfig: {
        minimumPollers: row.notifier.minimumPollers,
        maximumPollers: row.notifier.maximumPollers,
      },
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: (_, target) => putInto(givenUp, target) },
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT, MetricType.ERROR_COUNT, MetricType.KAFKA_METRICS] },
    });
    if (this.fn.role) mapping.node.addDependency(this.fn.role);
    return mapping;
  }
}

/** What Lambda needs in the function's name to find the brokers and to stand beside them in their subnets. */
const eventSourceStatements = (stack: Stack, clusterArn: string): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'FindTheBrokers',
    actions: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
    resources: [clusterArn],
  }),
  new PolicyStatement({
    sid: 'LookAtTheirNetwork',
    // These take no resource (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
    actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
    resources: ['*'],
  }),
  new PolicyStatement({
    sid: 'StandBesideThem',
    actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
    resources: ['network-interface', 'security-group', 'subnet'].map((resource) =>
      stack.formatArn({ service: 'ec2', resource, resourceName: '*' }),
    ),
  }),
];

/** CDK's own destination may also read and delete what is there. */
function putInto(bucket: Bucket, target: IFunction): { destination: string } {
  target.addToRolePolicy(
    new PolicyStatement({ sid: 'GiveUp', actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }),
  );
  target.addToRolePolicy(
    new PolicyStatement({ sid: 'FindTheBucket', actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  );
  if (bucket.encryptionKey)
    target.addToRolePolicy(
      new PolicyStatement({
        sid: 'SealWhatIsGivenUp',
        actions: ['kms:GenerateDataKey'],
        resources: [bucket.encryptionKey.keyArn],
      }),
    );
  return { destination: bucket.bucketArn };
}

const resolve = (bindings: Bindings, row: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [name, plainValue(binding, row)]));

function plainValue(binding: Binding, row: Environment): string {
  switch (binding.kind) {
    case 'store': {
      const table = dynamoNames.find((name) => name === binding.store);
      if (!table) throw new Error(`notification-lambda has no way to ${binding.store}: it is outside the VPC.`);
      return tableName(row, table);
    }
    case 'topic':
      return topicName(row, binding.topic);
    case 'literal':
      return binding.value;
    case 'endpoint':
    case 'secret':
      throw new Error(
        `notification-lambda is bound to a ${binding.kind}, which stacks/aws/notifier.ts cannot give it.`,
      );
    default:
      return binding satisfies never;
  }
}
