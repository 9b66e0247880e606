import { ComputeFirewall, type ComputeFirewallConfig } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { dnsForwarders } from '../interconnect.ts';
import { analyticsTag, prefix } from '../naming.ts';
import { iapRange, privateApis, scramPort, yarnPort } from './private-addresses.ts';

type Ports = readonly { readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all'; readonly ports?: string[] }[];
type Way = {
  readonly name: string;
  readonly why: string;
  readonly direction: 'INGRESS' | 'EGRESS';
  /** IPv4 range at the other end. */
  readonly range: string;
  readonly open: Ports;
};

const tcp = (port: number): Ports => [{ protocol: 'tcp', ports: [String(port)] }];
/** Dataproc asks for all of these between its machines (https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/network). */
const everything: Ports = [
  { protocol: 'tcp', ports: ['0-65535'] },
  { protocol: 'udp', ports: ['0-65535'] },
  { protocol: 'icmp' },
];

/** Every way in and out of the cluster's machines; there is no other. */
export const waysOf = (row: Environment): readonly Way[] => [
  {
    name: 'cluster-in',
    why: 'Machines of the cluster among themselves',
    direction: 'INGRESS',
    range: row.gcp.cidr,
    open: everything,
  },
  {
    name: 'cluster-out',
    why: 'Machines of the cluster among themselves',
    direction: 'EGRESS',
    range: row.gcp.cidr,
    open: everything,
  },
  {
    name: 'brokers-out',
    why: 'Kafka on the other cloud, with SCRAM',
    direction: 'EGRESS',
    range: row.vpcCidr,
    open: tcp(scramPort),
  },
  { name: 'apis-out', why: 'APIs of Google', direction: 'EGRESS', range: privateApis.range, open: tcp(443) },
  { name: 'ssh-in', why: 'SSH through the Identity-Aware Proxy', direction: 'INGRESS', range: iapRange, open: tcp(22) },
  // The same addresses that Cloud DNS forwards from (https://cloud.google.com/monitoring/uptime-checks/private-checks).
  {
    name: 'uptime-in',
    why: 'The private uptime check asks YARN',
    direction: 'INGRESS',
    range: dnsForwarders,
    open: tcp(yarnPort),
  },
];

/** Closed both ways, with a log of what is refused, and open for the declared ways only. */
export function createFirewall(scope: Construct, row: Environment, network: string): void {
  const rule = (name: string, config: Omit<ComputeFirewallConfig, 'name' | 'network'>) =>
    new ComputeFirewall(scope, `firewall-${name}`, { name: `${prefix(row)}-${name}`, network, ...config });
  const anywhere = ['0.0.0.0/0'];
  const refused = { priority: 65_534, deny: [{ protocol: 'all' }], logConfig: { metadata: 'EXCLUDE_ALL_METADATA' } };
  rule('deny-in', {
    direction: 'INGRESS',
    sourceRanges: anywhere,
    description: 'Whatever is not declared',
    ...refused,
  });
  rule('deny-out', {
    direction: 'EGRESS',
    destinationRanges: anywhere,
    description: 'Whatever is not declared',
    ...refused,
  });
  for (const { name, why, direction, range, open } of waysOf(row))
    rule(name, {
      description: why,
      direction,
      priority: 1_000,
      targetTags: [analyticsTag],
      allow: [...open],
      ...(direction === 'INGRESS' ? { sourceRanges: [range] } : { destinationRanges: [range] }),
    });
}
