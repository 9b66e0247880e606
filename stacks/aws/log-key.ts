import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { encryptionKey } from './encryption.ts';

/**
 * A customer key that CloudWatch may use for the log groups of this account and region, and for nothing else: without a
 * policy of its own a log group refuses the key only when it is deployed
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 */
export function logKey(scope: Construct, id: string, row: Environment): Key {
  const key = encryptionKey(scope, row, 'logs', id);
  key.grantEncryptDecrypt(
    new ServicePrincipal(`logs.${row.region}.amazonaws.com`, {
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${row.region}:${row.account}:*` },
      },
    }),
  );
  return key;
}
