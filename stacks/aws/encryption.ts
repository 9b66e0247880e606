import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/** Whether what holds data outlives its stack, by the row. */
export const removalOf = (row: Environment): RemovalPolicy =>
  row.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/**
 * The stack's own key, rotated every year, for `what` (a few words, shown in the console). It stays as long as what it
 * encrypts; a deleted one can be called back for 30 days.
 */
export const encryptionKey = (scope: Construct, row: Environment, what: string, id = 'Key'): Key =>
  new Key(scope, id, {
    description: `Encrypts ${what} of ecommerce-${row.name}`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy: removalOf(row),
  });
