import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { gcpMailChannelName, gcpNetworkName, gcpStackName, gcpSubnetName } from '../naming.ts';
import { createFirewall } from './firewall.ts';
import { labelsOf, layFoundation } from './foundation.ts';
import { createNames } from './name-resolution.ts';
import { createSecrets } from './secrets.ts';
import { enableServices } from './services.ts';
import { createBudget } from './spending.ts';
import { createVpnGateway } from './vpn-gateway.ts';

/**
 * The first stage between the clouds: a network without a way to the internet, and this end of the way to the other cloud,
 * which reads the outputs (stacks/stages.ts).
 */
export class GcpNetworkStack extends TerraformStack {
  constructor(scope: Construct, row: Environment) {
    super(scope, gcpStackName(row, 'network'));
    layFoundation(this, row);
    const enabled = [...enableServices(this, row)];
    const network = new ComputeNetwork(this, 'network', {
      name: gcpNetworkName(row),
      description: 'Analytics, and the way to the platform',
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
      // What fits through the tunnels.
      mtu: 1_460,
      // Dataproc refuses a network that has no default route, even where the firewall closes it
      // (https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/network).
      deleteDefaultRoutesOnCreate: false,
      dependsOn: enabled,
    });
    new ComputeSubnetwork(this, 'subnet', {
      name: gcpSubnetName(row),
      region: row.gcp.region,
      network: network.id,
      ipCidrRange: row.gcp.cidr,
      privateIpGoogleAccess: true,
      logConfig: { aggregationInterval: 'INTERVAL_5_MIN', flowSampling: 0.5, metadata: 'INCLUDE_ALL_METADATA' },
    });
    createFirewall(this, row, network.id);
    createNames(this, row, network.id);
    const mail = new MonitoringNotificationChannel(this, 'mail', {
      displayName: gcpMailChannelName(row),
      type: 'email',
      labels: { email_address: row.alarmEmail },
      userLabels: labelsOf(row),
      dependsOn: enabled,
    });
    createBudget(this, row, mail);
    createSecrets(this, row, enabled);
    const addresses = createVpnGateway(this, row, network.id);
    new TerraformOutput(this, 'environment', { value: row.name });
    new TerraformOutput(this, 'vpn_gateway_addresses', { value: addresses });
  }
}
