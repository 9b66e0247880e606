import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { DatabaseInstance, DatabaseInstanceEngine, PostgresEngineVersion, StorageType } from 'aws-cdk-lib/aws-rds';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment, RdsRow } from '../environments.ts';
import { databaseClusterName } from '../naming.ts';
import {
  backupWindow,
  type DatabasePlace,
  type DatabaseServer,
  machineSettings,
  parameterGroup,
  sharedSettings,
} from './database-server.ts';

const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_17_9 });

/** RDS PostgreSQL: one machine of a size that the row names, or two of which one waits. */
export function rdsServer(scope: Construct, row: Environment, rds: RdsRow, place: DatabasePlace): DatabaseServer {
  const instance = new DatabaseInstance(scope, 'Instance', {
    instanceIdentifier: databaseClusterName(row),
    engine,
    parameterGroup: parameterGroup(scope, row, engine),
    instanceType: new InstanceType(rds.instanceType),
    multiAz: rds.multiAz,
    storageType: StorageType.GP3,
    allocatedStorage: rds.storageGiB,
    // It grows by itself before it is full; the alarm on storage rings when that does not help.
    maxAllocatedStorage: rds.storageGiB * 4,
    ...sharedSettings(row, place),
    ...machineSettings,
    backupRetention: Duration.days(row.database.backupDays),
    preferredBackupWindow: backupWindow,
    deleteAutomatedBackups: !row.retainData,
    // The policies of the pods know this port (charts/ports.ts).
    port: 5432,
  });
  return {
    construct: instance,
    connections: instance.connections,
    endpoint: instance.instanceEndpoint,
    resourceId: instance.instanceResourceId ?? unknown(),
    secret: instance.secret,
    dimensions: { DBInstanceIdentifier: instance.instanceIdentifier },
  };
}

function unknown(): never {
  throw new Error('An instance that this stack makes has a resource id; without it no login can be granted.');
}
