import { DataprocCluster } from '@cdktf/provider-google/lib/dataproc-cluster/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { analyticsClusterName, analyticsJobName, analyticsTag } from '../naming.ts';
import type { Buckets } from './buckets.ts';
import type { ClusterAccount } from './cluster-account.ts';
import { kafkaUserPath, subnetPath } from './paths.ts';

/** Flink 2.2; the images before have 1.17 (https://cloud.google.com/dataproc/docs/release-notes). */
const image = { version: '3.0-debian13', components: ['FLINK'] } as const;

/** What the scripts on the master are told; a change of any value replaces the cluster, so nothing of a release is here. */
export const metadataOf = (row: Environment, buckets: Buckets): Record<string, string> => ({
  'analytics-artifacts': `gs://${buckets.artifacts.name}/${analyticsJobName}`,
  'analytics-checkpoints': `gs://${buckets.checkpoints.name}/${analyticsJobName}`,
  'analytics-results': `gs://${buckets.results.name}`,
  'analytics-temporary': `gs://${buckets.staging.name}`,
  'analytics-secret': kafkaUserPath(row),
  'analytics-environment': row.name,
});

/** One master, two workers, none with an address on the internet; it runs the one job for as long as it stands. */
export function createCluster(
  scope: Construct,
  row: Environment,
  of: {
    readonly buckets: Buckets;
    readonly account: ClusterAccount;
    readonly initialize: string;
    readonly dependsOn: ITerraformDependable[];
  },
): DataprocCluster {
  const { masterType, workerType, workerDiskGiB } = row.gcp.cluster;
  const disk = (gib: number) => ({ bootDiskType: 'pd-balanced', bootDiskSizeGb: gib });
  return new DataprocCluster(scope, 'cluster', {
    name: analyticsClusterName(row),
    region: row.gcp.region,
    clusterConfig: {
      stagingBucket: of.buckets.staging.name,
      tempBucket: of.buckets.staging.name,
      gceClusterConfig: {
        zone: row.gcp.zone,
        subnetwork: subnetPath(row),
        internalIpOnly: true,
        serviceAccount: of.account.email,
        // What it may do is said by its roles.
        serviceAccountScopes: ['https://www.googleapis.com/auth/cloud-platform'],
        tags: [analyticsTag],
        metadata: metadataOf(row, of.buckets),
        shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      },
      masterConfig: { numInstances: 1, machineType: masterType, diskConfig: disk(100) },
      workerConfig: { numInstances: 2, machineType: workerType, diskConfig: disk(workerDiskGiB) },
      softwareConfig: {
        imageVersion: image.version,
        optionalComponents: [...image.components],
        // Lines of the job's processes, where the alerts send people. What Flink is told, orders-analytics.sh tells it.
        overrideProperties: { 'dataproc:dataproc.logging.stackdriver.job.yarn.container.enable': 'true' },
      },
      endpointConfig: { enableHttpPortAccess: true },
      initializationAction: [{ script: of.initialize, timeoutSec: 600 }],
    },
    timeouts: { create: '45m', delete: '45m' },
    dependsOn: [...of.account.granted, ...of.dependsOn],
  });
}
