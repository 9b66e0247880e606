import { type ISecurityGroup, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { databaseClusterName, stackName } from '../naming.ts';
import { watchDatabase } from './database-alarms.ts';
import { auroraServer } from './database-aurora.ts';
import { rdsServer } from './database-instance.ts';
import { type DatabaseLog, type DatabasePlace, type DatabaseServer, databaseLogs } from './database-server.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';

type DatabaseDeps = {
  readonly vpc: IVpc;
  /** The only group that reaches the database. */
  readonly clients: ISecurityGroup;
};

/** How RDS calls each kind in the names of its log groups, and the console this stack. */
const kinds = {
  'aurora-serverless': { logs: 'cluster', description: 'Aurora PostgreSQL, serverless' },
  'rds-postgres': { logs: 'instance', description: 'RDS PostgreSQL' },
} as const satisfies Record<Environment['database']['engine'], object>;

/** The PostgreSQL that the databases of user-service and product-service are in; people and services sign in with IAM. */
export class DatabaseStack extends Stack {
  readonly server: DatabaseServer;

  constructor(scope: Construct, row: Environment, { vpc, clients }: DatabaseDeps) {
    super(scope, stackName(row, 'Database'), {
      env: { account: row.account, region: row.region },
      description: `${kinds[row.database.engine].description}, without a way in or out of the VPC`,
    });
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'PostgreSQL from the pods only',
      allowAllOutbound: false,
    });
    const place = { vpc, securityGroup, key: encryptionKey(this, row, 'databases'), logs: this.#logs(row) };
    this.server = this.#server(row, place);
    this.server.construct.node.addDependency(...Object.values(place.logs));
    this.server.connections.allowDefaultPortFrom(clients, 'Pods');
    if (this.server.secret)
      new CfnOutput(this, 'AdministratorSecretArn', {
        value: this.server.secret.secretArn,
        description: 'What the migration jobs sign in with',
      });
    watchDatabase(this, row, this.server, place.logs.postgresql);
  }

  #server(row: Environment, place: DatabasePlace): DatabaseServer {
    const { database } = row;
    return database.engine === 'aurora-serverless'
      ? auroraServer(this, row, database, place)
      : rdsServer(this, row, database, place);
  }

  /** RDS makes these groups itself otherwise: unencrypted, and kept forever. */
  #logs(row: Environment): Readonly<Record<DatabaseLog, LogGroup>> {
    const encryption = logKey(this, 'LogKey', row);
    const folder = `/aws/rds/${kinds[row.database.engine].logs}/${databaseClusterName(row)}`;
    const group = (name: DatabaseLog) =>
      new LogGroup(this, `${name}-logs`, {
        logGroupName: `${folder}/${name}`,
        encryptionKey: encryption,
        retention: row.logRetentionDays,
        removalPolicy: removalOf(row),
      });
    return Object.fromEntries(databaseLogs.map((name) => [name, group(name)])) as Record<DatabaseLog, LogGroup>;
  }
}
