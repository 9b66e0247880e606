import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { alarmTopicName, stackName } from '../naming.ts';
import { encryptionKey } from './encryption.ts';

/** Where alarms and the budget report to. Deployed first; everybody else knows the topic by its name. */
export class AlarmingStack extends Stack {
  readonly topic: Topic;
  /** Who publishes needs it too. */
  readonly key: Key;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Alarming'), { env: { account: row.account, region: row.region } });
    const senders = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
      (service) =>
        new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': row.account } } }),
    );
    this.key = encryptionKey(this, row, 'what alarms say');
    this.topic = new Topic(this, 'Topic', { topicName: alarmTopicName(row), masterKey: this.key, enforceSSL: true });
    for (const sender of senders) this.topic.grantPublish(sender);
    this.topic.addSubscription(new EmailSubscription(row.alarmEmail));
  }
}
