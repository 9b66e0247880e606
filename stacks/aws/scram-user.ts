import { CfnBatchScramSecret } from 'aws-cdk-lib/aws-msk';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { flinkSecretName, flinkUserName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';

/**
 * The user of the other cloud. Its password is made here and shown nowhere. It may do nothing until the job in the cluster gives it
 * its ACLs (services/order-service/grant-analytics.ts): no resource of CloudFormation can.
 */
export function createScramUser(scope: Construct, row: Environment, clusterArn: string): CfnBatchScramSecret {
  const key = encryptionKey(scope, row, 'the Kafka user of the other cloud', 'ScramKey');
  const secret = new Secret(scope, 'ScramUser', {
    secretName: flinkSecretName(row),
    description: 'Kafka user of the analytics in the other cloud',
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: flinkUserName }),
      generateStringKey: 'password',
      passwordLength: 40,
      excludePunctuation: true,
    },
    removalPolicy: removalOf(row),
  });
  return new CfnBatchScramSecret(scope, 'ScramUsers', {
    clusterArn,
    secretArnList: [secret.secretArn],
  });
}
