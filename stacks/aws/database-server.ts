import { type Connections, type IVpc, type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CaCertificate,
  Credentials,
  type IEngine,
  ParameterGroup,
  PerformanceInsightRetention,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import type { Environment } from '../environments.ts';

/** What everything else asks of the database, whichever engine the row has chosen. */
export type DatabaseServer = {
  readonly construct: IConstruct;
  readonly connections: Connections;
  /** Of the machine that writes. */
  readonly endpoint: { readonly hostname: string; readonly port: number };
  /** By which IAM names its logins: `cluster-…` or `db-…`. */
  readonly resourceId: string;
  /** The administrator's login, which RDS changes by itself. */
  readonly secret?: ISecret | undefined;
  /** Of its metrics in `AWS/RDS`, as far as they are about the machine that writes. */
  readonly dimensions: Readonly<Record<string, string>>;
};

export type DatabasePlace = {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
  readonly key: IKey;
  readonly logs: Readonly<Record<DatabaseLog, LogGroup>>;
};

export const databaseLogs = ['postgresql', 'iam-db-auth-error'] as const;
export type DatabaseLog = (typeof databaseLogs)[number];

/** In UTC, when India sleeps. */
export const backupWindow = '20:00-21:00';

/** What both engines are told alike: isolated, encrypted, entered by IAM, watched, and kept as the row says. */
export const sharedSettings = (row: Environment, { vpc, securityGroup, key }: DatabasePlace) => ({
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
  securityGroups: [securityGroup],
  // Only the migration that makes the services' roles uses it; RDS makes, keeps and rotates the password.
  credentials: Credentials.fromUsername('platform_owner', { encryptionKey: key }),
  manageMasterUserPassword: true,
  iamAuthentication: true,
  storageEncrypted: true,
  storageEncryptionKey: key,
  preferredMaintenanceWindow: 'sun:21:30-sun:22:30',
  copyTagsToSnapshot: true,
  cloudwatchLogsExports: [...databaseLogs],
  monitoringInterval: Duration.minutes(1),
  enablePerformanceInsights: true,
  performanceInsightEncryptionKey: key,
  performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
  deletionProtection: row.retainData,
  removalPolicy: row.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
});

/** What every machine of either engine is told. */
export const machineSettings = {
  caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
  publiclyAccessible: false,
  autoMinorVersionUpgrade: true,
};

export const parameterGroup = (scope: Construct, row: Environment, engine: IEngine): ParameterGroup =>
  new ParameterGroup(scope, 'Parameters', {
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
