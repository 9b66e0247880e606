import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseInsightsMode,
} from 'aws-cdk-lib/aws-rds';
import { Annotations, Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AuroraRow, Environment } from '../environments.ts';
import { databaseClusterName } from '../naming.ts';
import {
  backupWindow,
  type DatabasePlace,
  type DatabaseServer,
  machineSettings,
  parameterGroup,
  sharedSettings,
} from './database-server.ts';

const engine = DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_9 });

/** Aurora Serverless v2: grows and shrinks between the row's capacities. */
export function auroraServer(
  scope: Construct,
  row: Environment,
  aurora: AuroraRow,
  place: DatabasePlace,
): DatabaseServer {
  const cluster = new DatabaseCluster(scope, 'Cluster', {
    clusterIdentifier: databaseClusterName(row),
    engine,
    parameterGroup: parameterGroup(scope, row, engine),
    ...instances(aurora),
    ...sharedSettings(row, place),
    backup: { retention: Duration.days(row.database.backupDays), preferredWindow: backupWindow },
    // The first administrator of the shop is made through it (docs/deploy-aws.md): by IAM, recorded, without a way into the network.
    enableDataApi: true,
    databaseInsightsMode: DatabaseInsightsMode.STANDARD,
  });
  Annotations.of(cluster).acknowledgeWarning(
    '@aws-cdk/aws-rds:instancePerformanceInsightsOverridden',
    'Instances follow the cluster, with its key.',
  );
  return {
    construct: cluster,
    connections: cluster.connections,
    endpoint: cluster.clusterEndpoint,
    resourceId: cluster.clusterResourceIdentifier,
    secret: cluster.secret,
    // The writer: what the readers do delays nobody's order.
    dimensions: { DBClusterIdentifier: cluster.clusterIdentifier, Role: 'WRITER' },
  };
}

/** A reader grows with the writer, so that it can take over at once; without one, a failure means minutes. */
const instances = ({ minCapacity, maxCapacity, readers }: AuroraRow) => ({
  serverlessV2MinCapacity: minCapacity,
  serverlessV2MaxCapacity: maxCapacity,
  writer: ClusterInstance.serverlessV2('Writer', machineSettings),
  readers: readers === 0 ? [] : [ClusterInstance.serverlessV2('Reader', { ...machineSettings, scaleWithWriter: true })],
});
