import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { platform } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { parameterName, secretName, secretsOperator, secretsOperatorRoleName, stackName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { type Grant, secretsOf } from './grants.ts';
import { podRole } from './pod-role.ts';
import { type Deployed, resolveInCluster } from './resolve.ts';
import { tagService } from './tags.ts';

type Database = {
  readonly endpoint: { readonly hostname: string; readonly port: number };
  /** The administrator's login, which RDS changes by itself. */
  readonly secret?: { readonly secretArn: string; readonly encryptionKey?: { readonly keyArn: string } } | undefined;
};

type Dependencies = {
  readonly cluster: {
    readonly cluster: { readonly clusterName: string; readonly clusterOpenIdConnectIssuerUrl: string };
  };
  readonly database: { readonly server: Database };
  readonly streaming: { readonly iamBootstrap: string };
};

/**
 * What the cluster finds under names that a manifest can know beforehand: a parameter per variable of each service, and the
 * secrets, which somebody fills once (docs/deploy-aws.md).
 */
export class ParametersStack extends Stack {
  constructor(scope: Construct, row: Environment, deps: Dependencies) {
    super(scope, stackName(row, 'Parameters'), {
      env: { account: row.account, region: row.region },
      description: 'Parameters and secrets that the services read, and who hands them over',
    });
    const { hostname, port } = deps.database.server.endpoint;
    const parameters = this.addParameters(row, {
      database: { hostname, port },
      kafkaBrokers: deps.streaming.iamBootstrap,
      tokenIssuer: deps.cluster.cluster.clusterOpenIdConnectIssuerUrl,
    });
    const secrets = this.addSecrets(row);
    podRole(this, 'SecretsOperator', {
      ...secretsOperator,
      roleName: secretsOperatorRoleName(row),
      clusterName: deps.cluster.cluster.clusterName,
      grants: [...secrets, ...administrator(deps.database.server), parameters],
    });
  }

  private addParameters(row: Environment, deployed: Deployed): Grant {
    const names: string[] = [];
    for (const { name, environment } of Object.values(platform.services))
      for (const [variable, binding] of Object.entries(environment)) {
        const resolved = resolveInCluster(binding, name, row, deployed);
        if (resolved.kind === 'secret') continue;
        const parameter = new StringParameter(this, `${name} ${variable}`, {
          parameterName: parameterName(row, name, variable),
          stringValue: resolved.value,
        });
        tagService(parameter, name);
        names.push(parameterName(row, name, variable));
      }
    return {
      sid: 'Parameters',
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      resources: names.map((name) => `arn:aws:ssm:${row.region}:${row.account}:parameter${name}`),
    };
  }

  /** Each holds a random text until somebody puts the real one in, which the service refuses to start with. */
  private addSecrets(row: Environment): readonly Grant[] {
    const key = encryptionKey(this, row, 'secrets of the services');
    const secrets = secretsOf(Object.values(platform.services)).map(
      (name) =>
        new Secret(this, name, {
          secretName: secretName(row, name),
          encryptionKey: key,
          removalPolicy: removalOf(row),
        }),
    );
    return [
      { sid: 'Secrets', actions: ['secretsmanager:GetSecretValue'], resources: secrets.map((one) => one.secretArn) },
      { sid: 'SecretsKey', actions: ['kms:Decrypt'], resources: [key.keyArn] },
    ];
  }
}

/** The administrator of the database, whom the migration jobs work as. */
const administrator = ({ secret }: Database): readonly Grant[] =>
  secret
    ? [
        { sid: 'Administrator', actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] },
        ...(secret.encryptionKey
          ? [{ sid: 'AdministratorKey', actions: ['kms:Decrypt'], resources: [secret.encryptionKey.keyArn] }]
          : []),
      ]
    : [];
