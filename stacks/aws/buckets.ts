import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { bucketName } from '../naming.ts';
import { removalOf } from './encryption.ts';

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

/** Parts of an upload that nobody finished are paid for until somebody deletes them. */
export const unfinishedUploads = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

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
