import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type Function as LambdaFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import { notificationLambda } from '../../services/notification-lambda/service.ts';
import type { Environment } from '../environments.ts';
import { topicName } from '../naming.ts';
import { keepGivenUp, putInto } from './given-up.ts';

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
