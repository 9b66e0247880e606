import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type IFunction,
  type Function as LambdaFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { notificationLambda } from '../../services/notification-lambda/service.ts';
import type { Environment } from '../environments.ts';
import { bucketName, topicName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { logBucket } from './storage.ts';

const [{ topic, group }] = notificationLambda.consumes;

/**
 * Hands the topic to the function batch by batch. A batch that fails is halved to find the record at fault, which is tried six
 * times in all and then put into a bucket; its partition goes on.
 */
export function feedFromKafka(
  stack: Stack,
  row: Environment,
  { fn, clusterArn }: { readonly fn: LambdaFunction; readonly clusterArn: string },
): EventSourceMapping {
  const bucket = keepGivenUp(stack, row);
  for (const statement of eventSourceStatements(stack, clusterArn)) fn.addToRolePolicy(statement);
  const mapping = new EventSourceMapping(stack, 'Orders', {
    target: fn,
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
    onFailure: { bind: (_, target) => putInto(bucket, target) },
    supportS3OnFailureDestination: true,
    metricsConfig: { metrics: [MetricType.EVENT_COUNT, MetricType.ERROR_COUNT, MetricType.KAFKA_METRICS] },
  });
  if (fn.role) mapping.node.addDependency(fn.role);
  return mapping;
}

/** Records that were tried to the end. A bucket keeps them whole; a queue would only tell where they were. */
function keepGivenUp(scope: Construct, row: Environment): Bucket {
  return new Bucket(scope, 'GivenUp', {
    bucketName: bucketName(row, 'notifier-given-up'),
    encryption: BucketEncryption.KMS,
    encryptionKey: encryptionKey(scope, row, 'records that the notifier gave up'),
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    serverAccessLogsBucket: logBucket(scope, 'AccessLogs', row, 'notifier-access-logs'),
    serverAccessLogsPrefix: 'notifier-given-up/',
    lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) }],
    removalPolicy: removalOf(row),
  });
}

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

/** What Lambda needs in the function's name to find the brokers and to stand beside them in their subnets. */
const eventSourceStatements = (stack: Stack, clusterArn: string): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'FindTheBrokers',
    actions: [
      'kafka:DescribeCluster',
      'kafka:DescribeClusterV2',
      'kafka:GetBootstrapBrokers',
      'kafka-cluster:DescribeClusterDynamicConfiguration',
    ],
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
