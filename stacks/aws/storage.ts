import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { bucketName, stackName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';

/** What every bucket of the platform is: nobody's from outside, over TLS only, each object with its earlier versions. */
export const privateBucket = (row: Environment, purpose: string): BucketProps => ({
  bucketName: bucketName(row, purpose),
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: removalOf(row),
});

const unfinishedUploads = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

/**
 * A bucket of access logs. S3 and the load balancer deliver only to a bucket under S3's own key
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
 */
export const logBucket = (scope: Construct, id: string, row: Environment, purpose: string): Bucket =>
  new Bucket(scope, id, {
    ...privateBucket(row, purpose),
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [
      unfinishedUploads,
      {
        id: 'kept-as-long-as-logs',
        expiration: Duration.days(row.logRetentionDays),
        noncurrentVersionExpiration: Duration.days(1),
      },
    ],
  });

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
