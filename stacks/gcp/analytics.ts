import { DataGoogleMonitoringNotificationChannel } from '@cdktf/provider-google/lib/data-google-monitoring-notification-channel/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { gcpMailChannelName, gcpStackName } from '../naming.ts';
import { createAlerts } from './alerts.ts';
import type { AwsOutputs } from './aws-outputs.ts';
import { createBuckets } from './buckets.ts';
import { createCluster } from './cluster.ts';
import { createClusterAccount } from './cluster-account.ts';
import { createDashboard } from './dashboard.ts';
import { createFigures } from './figures.ts';
import { layFoundation } from './foundation.ts';
import { publishRelease, type Release } from './release.ts';
import { createTunnels } from './tunnels.ts';
import { createUptimeCheck } from './uptime.ts';

/**
 * The fourth and last stage: the tunnels to the addresses that AWS told, the cluster that runs the job, where it reads and writes,
 * and who is told when it does not.
 */
export class GcpAnalyticsStack extends TerraformStack {
  constructor(
    scope: Construct,
    row: Environment,
    { told, release }: { readonly told: AwsOutputs; readonly release: Release },
  ) {
    super(scope, gcpStackName(row, 'analytics'));
    layFoundation(this, row);
    createTunnels(this, row, told.outside);
    const buckets = createBuckets(this, row);
    const account = createClusterAccount(this, row, buckets);
    const { initialize, published } = publishRelease(this, buckets.artifacts, release);
    const cluster = createCluster(this, row, { buckets, account, initialize, dependsOn: published });
    const mail = new DataGoogleMonitoringNotificationChannel(this, 'mail', { displayName: gcpMailChannelName(row) });
    createAlerts(this, row, {
      channel: mail.name,
      checkId: createUptimeCheck(this, row, cluster),
      dependsOn: [...createFigures(this, row)],
    });
    createDashboard(this, row);
    for (const [kind, bucket] of Object.entries(buckets))
      new TerraformOutput(this, `${kind}_bucket`, { value: bucket.name });
    new TerraformOutput(this, 'cluster_name', { value: cluster.name });
  }
}
