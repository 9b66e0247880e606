import type { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { alarmTopicArn, monitoringNamespace, observerRoleName, observers, stackName } from '../naming.ts';
import { logBucket, privateBucket, unfinishedUploads } from './buckets.ts';
import { encryptionKey } from './encryption.ts';
import type { Grant } from './grants.ts';
import { podRole } from './pod-role.ts';

/** What Loki, Alloy and Alertmanager ask of AWS: a bucket, figures, and the topic where alarms ring. */
export class ObserversStack extends Stack {
  readonly logLines: Bucket;

  constructor(
    scope: Construct,
    row: Environment,
    deps: {
      readonly cluster: { readonly cluster: { readonly clusterName: string } };
      readonly alarming: { readonly key: Pick<Key, 'keyArn'> };
    },
  ) {
    super(scope, stackName(row, 'Observers'), {
      env: { account: row.account, region: row.region },
      description: 'What the observers of the cluster ask of AWS',
    });
    const key = encryptionKey(this, row, 'log lines');
    this.logLines = new Bucket(this, 'LogLines', {
      ...privateBucket(row, 'log-lines'),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: logBucket(this, 'AccessLogs', row, 'log-lines-access-logs'),
      lifecycleRules: [
        unfinishedUploads,
        // Loki deletes what is old enough by itself.
        { id: 'deleted-lines', noncurrentVersionExpiration: Duration.days(1) },
      ],
    });
    const grants: Readonly<Record<keyof typeof observers, readonly Grant[]>> = {
      logs: keepLines(this.logLines, key),
      cloudWatch: [readFigures],
      alerts: [
        { sid: 'Ring', actions: ['sns:Publish'], resources: [alarmTopicArn(row)] },
        {
          sid: 'TopicKey',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [deps.alarming.key.keyArn],
        },
      ],
    };
    for (const observer of Object.keys(observers) as (keyof typeof observers)[])
      podRole(this, observer, {
        namespace: monitoringNamespace,
        serviceAccount: observers[observer],
        roleName: observerRoleName(row, observer),
        clusterName: deps.cluster.cluster.clusterName,
        grants: grants[observer],
      });
  }
}

const keepLines = (bucket: Bucket, key: Key): readonly Grant[] => [
  { sid: 'List', actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  {
    sid: 'Lines',
    actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('*')],
  },
  { sid: 'LinesKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] },
];

/** AWS lets nobody narrow these to a metric (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html). */
const readFigures: Grant = {
  sid: 'Figures',
  actions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'],
  resources: ['*'],
};
