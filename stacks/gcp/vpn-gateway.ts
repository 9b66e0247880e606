import { ComputeHaVpnGateway } from '@cdktf/provider-google/lib/compute-ha-vpn-gateway/index.js';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { dnsForwarders } from '../interconnect.ts';
import { gcpGatewayName, gcpRouterName } from '../naming.ts';

/**
 * This end of the way to the other cloud: a gateway with two addresses, and the router that tells the other side what is reached
 * here. Returns both addresses, known after the deploy.
 */
export function createVpnGateway(scope: Construct, row: Environment, network: string): readonly [string, string] {
  const { region, asn } = row.gcp;
  const gateway = new ComputeHaVpnGateway(scope, 'gateway', { name: gcpGatewayName(row), region, network });
  new ComputeRouter(scope, 'router', {
    name: gcpRouterName(row),
    region,
    network,
    bgp: {
      asn,
      advertiseMode: 'CUSTOM',
      advertisedGroups: ['ALL_SUBNETS'],
      // Answers to forwarded questions have to find their way back.
      advertisedIpRanges: [{ range: dnsForwarders, description: 'Cloud DNS asks from here' }],
    },
  });
  const address = (one: 0 | 1): string => gateway.vpnInterfaces.get(one).ipAddress;
  return [address(0), address(1)];
}
