import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { platform, workloads } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { kafkaClusterName, topicName } from '../naming.ts';
import { Alarm, alarmPeriod } from './alarm.ts';

/**
 * What is watched of the brokers, by their kind: Express ones report neither partitions without a leader nor disks
 * (https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details-express.html). And how far consumers are behind.
 */
export function watchStreaming(scope: Construct, row: Environment): void {
  const measure = (metricName: string, statistic: string, more: Record<string, string> = {}) =>
    new Metric({
      namespace: 'AWS/Kafka',
      metricName,
      statistic,
      period: alarmPeriod,
      dimensionsMap: { 'Cluster Name': kafkaClusterName(row), ...more },
    });

  new Alarm(scope, row, {
    name: 'kafka-controller',
    impact: 'No partition gets a new leader: the next broker to fail stops publishing, and orders wait in the outbox.',
    runbook: 'docs/runbooks/kafka-brokers.md',
    owner: 'platform',
    metric: measure('ActiveControllerCount', 'Maximum'),
    threshold: 1,
    side: 'below',
    because: 'A cluster has exactly one active controller, and an election takes seconds.',
    missing: 'alarming',
  });

  if (row.kafka.brokers.kind === 'standard') {
    new Alarm(scope, row, {
      name: 'kafka-offline-partitions',
      impact: 'Part of the orders cannot be announced: their mails and analytics wait in the outbox.',
      runbook: 'docs/runbooks/kafka-brokers.md',
      owner: 'platform',
      metric: measure('OfflinePartitionsCount', 'Maximum'),
      threshold: 0,
      because: 'With three copies of everything no partition is without a leader for longer than an election.',
    });
    for (const broker of [1, 2, 3])
      new Alarm(scope, row, {
        name: `kafka-disk-${broker}`,
        impact: 'When the volume is full the broker stops, and records of its partitions have one copy less.',
        runbook: 'docs/runbooks/kafka-disk.md',
        owner: 'platform',
        metric: measure('KafkaDataLogsDiskUsed', 'Maximum', { 'Broker ID': String(broker) }),
        threshold: 80,
        because: 'A fifth of the volume is about a day of records: time to make it larger without a rush.',
      });
  }

  for (const one of workloads(platform))
    for (const { topic, group } of one.consumes)
      new Alarm(scope, row, {
        name: `kafka-lag-${group}`,
        impact: `What follows from an order comes late: ${one.name} is more than five minutes behind ${topic}.`,
        runbook: 'docs/runbooks/kafka-lag.md',
        owner: 'platform',
        metric: measure('EstimatedMaxTimeLag', 'Maximum', {
          'Consumer Group': group,
          Topic: topicName(row, topic),
        }).with({ period: Duration.minutes(1) }),
        threshold: 300,
        because: 'A mail within minutes is what buyers expect; a batch is handled within seconds.',
        periods: { breaching: 5, of: 5 },
      });
}
