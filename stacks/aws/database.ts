import { type ISecurityGroup, type IVpc, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  AuroraPostgresEngineVersion,
  CaCertificate,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseInsightsMode,
  ParameterGroup,
  PerformanceInsightRetention,
} from 'aws-cdk-lib/aws-rds';
import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { databaseClusterName, stackName } from '../naming.ts';
import { watchDatabase } from './database-alarms.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';

const engine = DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_9 });
const logExports = ['postgresql', 'iam-db-auth-error'] as const;
const instance = {
  caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
  publiclyAccessible: false,
  autoMinorVersionUpgrade: true,
};

type DatabaseDeps = {
  readonly vpc: IVpc;
  /** The only group that reaches the database. */
  readonly clients: ISecurityGroup;
};

/** The PostgreSQL that the databases of user-service and product-service are in; people and services sign in with IAM. */
export class DatabaseStack extends Stack {
  readonly cluster: DatabaseCluster;

  constructor(scope: Construct, row: Environment, { vpc, clients }: DatabaseDeps) {
    super(scope, stackName(row, 'Database'), {
      env: { account: row.account, region: row.region },
      description: 'Aurora PostgreSQL, serverless, without a way in or out of the VPC',
    });
    const key = encryptionKey(this, row, 'databases');
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'PostgreSQL from the pods only',
      allowAllOutbound: false,
    });
    const logs = this.logGroups(row);
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      clusterIdentifier: databaseClusterName(row),
      engine,
      parameterGroup: this.parameterGroup(row),
      ...instances(row),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
      // Only the migration that makes the services' roles uses it; RDS makes, keeps and rotates the password.
      credentials: Credentials.fromUsername('platform_owner', { encryptionKey: key }),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      storageEncrypted: true,
      storageEncryptionKey: key,
      backup: { retention: Duration.days(row.database.backupDays), preferredWindow: '20:00-21:00' },
      preferredMaintenanceWindow: 'sun:21:30-sun:22:30',
      copyTagsToSnapshot: true,
      // The first administrator of the shop is made through it (docs/deploy-aws.md): by IAM, recorded, without a way into the network.
      enableDataApi: true,
      cloudwatchLogsExports: [...logExports],
      monitoringInterval: Duration.minutes(1),
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
      performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
      databaseInsightsMode: DatabaseInsightsMode.STANDARD,
      deletionProtection: row.retainData,
      removalPolicy: row.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    this.cluster.node.addDependency(...logs);
    this.cluster.connections.allowDefaultPortFrom(clients, 'Pods');
    Annotations.of(this.cluster).acknowledgeWarning(
      '@aws-cdk/aws-rds:instancePerformanceInsightsOverridden',
      'Instances follow the cluster, with its key.',
    );
    if (this.cluster.secret)
      new CfnOutput(this, 'AdministratorSecretArn', {
        value: this.cluster.secret.secretArn,
        description: 'What the migration jobs sign in with',
      });
    watchDatabase(this, row, this.cluster);
  }

  private parameterGroup(row: Environment): ParameterGroup {
    return new ParameterGroup(this, 'Parameters', {
      engine,
      description: `PostgreSQL of ecommerce-${row.name}`,
      parameters: {
        'rds.force_ssl': '1',
        // What the pools of all replicas are checked against, and what the alarm on connections is drawn from.
        max_connections: String(row.database.maxConnections),
        log_min_duration_statement: '1000',
        // A client that dies in a transaction must not hold its locks for long.
        idle_in_transaction_session_timeout: '60000',
      },
    });
  }

  /** RDS makes these groups itself otherwise: unencrypted, and kept forever. */
  private logGroups(row: Environment): readonly LogGroup[] {
    const encryption = logKey(this, 'LogKey', row);
    return logExports.map(
      (name) =>
        new LogGroup(this, `${name}-logs`, {
          logGroupName: `/aws/rds/cluster/${databaseClusterName(row)}/${name}`,
          encryptionKey: encryption,
          retention: row.logRetentionDays,
          removalPolicy: removalOf(row),
        }),
    );
  }
}

/** A reader grows with the writer, so that it can take over at once; without one, a failure means minutes. */
const instances = ({ database }: Environment) => ({
  serverlessV2MinCapacity: database.minCapacity,
  serverlessV2MaxCapacity: database.maxCapacity,
  writer: ClusterInstance.serverlessV2('Writer', instance),
  readers:
    database.readers === 0 ? [] : [ClusterInstance.serverlessV2('Reader', { ...instance, scaleWithWriter: true })],
});
