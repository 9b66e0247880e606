import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { bucketName } from '../naming.ts';
import { logBucket } from './buckets.ts';
import { encryptionKey, removalOf } from './encryption.ts';

/** Records that were tried to the end. A bucket keeps them whole; a queue would only tell where they were. */
export function keepGivenUp(scope: Construct, row: Environment): Bucket {
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
export function putInto(bucket: Bucket, target: IFunction): { destination: string } {
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
