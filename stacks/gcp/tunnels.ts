import { ComputeExternalVpnGateway } from '@cdktf/provider-google/lib/compute-external-vpn-gateway/index.js';
import { ComputeRouterInterface } from '@cdktf/provider-google/lib/compute-router-interface/index.js';
import { ComputeRouterPeer } from '@cdktf/provider-google/lib/compute-router-peer/index.js';
import { ComputeVpnTunnel } from '@cdktf/provider-google/lib/compute-vpn-tunnel/index.js';
import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { type Tunnel, tunnels } from '../interconnect.ts';
import { gcpGatewayName, gcpRouterName, gcpTunnelName } from '../naming.ts';
import type { OutsideAddresses } from './aws-outputs.ts';
import { gatewayPath } from './paths.ts';

/**
 * Four tunnels to the addresses that Amazon told, two from each interface here, each with a session between both routers. A key
 * comes at deploy as a variable: the synthesized text has none.
 */
export function createTunnels(scope: Construct, row: Environment, outside: OutsideAddresses): void {
  const amazon = new ComputeExternalVpnGateway(scope, 'amazon', {
    name: gcpGatewayName(row),
    redundancyType: 'FOUR_IPS_REDUNDANCY',
    interface: tunnels.map(({ index, insideCidr }) => ({ id: index, ipAddress: outside[insideCidr] })),
  });
  for (const tunnel of tunnels) connect(scope, row, tunnel, amazon);
}

function connect(scope: Construct, row: Environment, tunnel: Tunnel, amazon: ComputeExternalVpnGateway): void {
  const { index } = tunnel;
  const { region } = row.gcp;
  const name = gcpTunnelName(row, index);
  const router = gcpRouterName(row);
  const key = new TerraformVariable(scope, `tunnel_${index}_key`, {
    type: 'string',
    sensitive: true,
    nullable: false,
    description: `Shared key of tunnel ${index}, from the secret of its name (docs/deploy-gcp.md)`,
  });
  const made = new ComputeVpnTunnel(scope, `tunnel-${index}`, {
    name,
    region,
    vpnGateway: gatewayPath(row),
    vpnGatewayInterface: tunnel.interface,
    peerExternalGateway: amazon.id,
    peerExternalGatewayInterface: index,
    ikeVersion: 2,
    sharedSecret: key.stringValue,
    router,
  });
  const own = new ComputeRouterInterface(scope, `interface-${index}`, {
    name,
    region,
    router,
    ipRange: `${tunnel.gcpInside}/30`,
    vpnTunnel: made.name,
  });
  new ComputeRouterPeer(scope, `peer-${index}`, {
    name,
    region,
    router,
    interface: own.name,
    peerIpAddress: tunnel.awsInside,
    peerAsn: row.awsAsn,
  });
}
