import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct, IDependable } from 'constructs';
import type { Publication } from '../../services/platform/facts.ts';
import { platform, publications } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { topicName } from '../naming.ts';

/** What any topic is set to beyond the defaults of the cluster; the local platform sets the same (services/kit/kafka.ts). */
const settings = ({ retentionDays }: Publication): Readonly<Record<string, string>> => ({
  'retention.ms': String(retentionDays * 86_400_000),
  'message.timestamp.type': 'LogAppendTime',
});

/**
 * The topics of the platform as resources. They outlive the stack: to delete a topic is to delete its records. More
 * partitions are added in place, fewer are refused by Kafka.
 */
export function createTopics(
  scope: Construct,
  row: Environment,
  cluster: { readonly arn: string; readonly ready: IDependable; readonly brokers: number },
): readonly CfnTopic[] {
  return publications(platform).map((publication) => {
    const topic = new CfnTopic(scope, `Topic ${publication.topic}`, {
      clusterArn: cluster.arn,
      topicName: topicName(row, publication.topic),
      partitionCount: publication.partitions,
      replicationFactor: cluster.brokers,
      configs: Buffer.from(JSON.stringify(settings(publication))).toString('base64'),
    });
    topic.node.addDependency(cluster.ready);
    topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return topic;
  });
}
