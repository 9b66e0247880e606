import { notificationLambda } from '../../services/notification-lambda/service.ts';
import { platform } from '../../services/platform/platform.ts';
import { functionName, kafkaClusterName } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';

/** What only CloudWatch knows of, and how Prometheus calls it once Alloy has brought it over. */
export type CloudWatchMetric = {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: 'Maximum' | 'Sum';
  readonly dimensions: Readonly<Record<string, string>>;
};

const [{ topic, group }] = notificationLambda.consumes;
const [analytics] = platform.jobs['orders-analytics'].consumes;
if (analytics?.topic !== topic) throw new Error('The analytics and the function are expected to read the same topic.');

/** Consumer group of the analytics on the other cloud. */
export const analyticsGroup = analytics.group;

/** The metrics that dashboards and alerts read, for one environment. */
export function cloudWatchMetrics(row: Pick<ClusterRow, 'name' | 'account' | 'region'>): readonly CloudWatchMetric[] {
  const lag = (name: string, consumer: string): CloudWatchMetric => ({
    namespace: 'AWS/Kafka',
    name,
    statistic: 'Maximum',
    dimensions: { 'Cluster Name': kafkaClusterName(row), 'Consumer Group': consumer, Topic: topic },
  });
  const ofFunction = (name: string): CloudWatchMetric => ({
    namespace: 'AWS/Lambda',
    name,
    statistic: 'Sum',
    dimensions: { FunctionName: functionName(row, 'notification-lambda') },
  });
  return [
    ...[group, analyticsGroup].flatMap((consumer) => [
      lag('EstimatedMaxTimeLag', consumer),
      lag('SumOffsetLag', consumer),
    ]),
    ofFunction('Invocations'),
    ofFunction('Errors'),
    ofFunction('Throttles'),
  ];
}

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** Its name in Prometheus, as the exporter makes it (https://github.com/prometheus-community/yet-another-cloudwatch-exporter). */
export const prometheusName = ({ namespace, name, statistic }: CloudWatchMetric): string =>
  `${namespace.toLowerCase().replace('/', '_')}_${snake(name)}_${statistic.toLowerCase()}`;

/** Seconds that a consumer group is behind. */
export const consumerLag = (consumer: string): string =>
  `aws_kafka_estimated_max_time_lag_maximum{dimension_Consumer_Group="${consumer}"}`;

/** Records that a consumer group is behind. */
export const consumerBacklog = (consumer: string): string =>
  `aws_kafka_sum_offset_lag_maximum{dimension_Consumer_Group="${consumer}"}`;
