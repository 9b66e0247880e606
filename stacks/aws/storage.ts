import type { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type BucketProps, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { stackName } from '../naming.ts';
import { logBucket, privateBucket, unfinishedUploads } from './buckets.ts';
import { encryptionKey } from './encryption.ts';

/** Product images and documents, and who asked for them. */
export class StorageStack extends Stack {
  readonly images: Bucket;
  readonly documents: Bucket;
  readonly accessLogs: Bucket;
  /** Who reads or writes an object needs this key too, by way of S3. */
  readonly key: Key;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Storage'), {
      env: { account: row.account, region: row.region },
      description: 'Buckets of product images and documents, and of their access logs',
    });
    this.key = encryptionKey(this, row, 'product images and documents');
    this.accessLogs = logBucket(this, 'AccessLogs', row, 'access-logs');
    this.images = this.objects(row, 'images', [
      // An image is replaced, not edited: the one before it is wanted only after a mistake.
      { id: 'earlier-versions', noncurrentVersionExpiration: Duration.days(30) },
    ]);
    this.documents = this.objects(row, 'documents', [
      {
        id: 'seldom-read',
        transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
      },
      { id: 'earlier-versions', noncurrentVersionExpiration: Duration.days(365) },
    ]);
  }

  private objects(
    row: Environment,
    purpose: string,
    lifecycleRules: NonNullable<BucketProps['lifecycleRules']>,
  ): Bucket {
    return new Bucket(this, purpose, {
      ...privateBucket(row, purpose),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `${purpose}/`,
      lifecycleRules: [unfinishedUploads, ...lifecycleRules],
    });
  }
}
