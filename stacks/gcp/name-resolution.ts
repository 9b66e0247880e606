import { DnsManagedZone, type DnsManagedZoneConfig } from '@cdktf/provider-google/lib/dns-managed-zone/index.js';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { forwardedDomain, resolverAddresses } from '../interconnect.ts';
import { prefix } from '../naming.ts';
import { privateApis } from './private-addresses.ts';

/**
 * Whose names mean something else inside: APIs, and the gate through which people see the cluster's pages
 * (https://cloud.google.com/vpc/docs/configure-private-google-access#domain-options).
 */
const ofGoogle = { apis: 'googleapis.com', gate: 'dataproc.cloud.google.com' } as const;

/** Names of Google's APIs are their private addresses, and names of brokers are asked for in the other cloud. */
export function createNames(scope: Construct, row: Environment, network: string): void {
  const zone = (name: string, config: Omit<DnsManagedZoneConfig, 'name' | 'visibility' | 'privateVisibilityConfig'>) =>
    new DnsManagedZone(scope, `zone-${name}`, {
      name: `${prefix(row)}-${name}`,
      visibility: 'private',
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
      ...config,
    });
  for (const [name, domain] of Object.entries(ofGoogle)) {
    const dnsName = `${domain}.`;
    const target = name === 'apis' ? `private.${dnsName}` : dnsName;
    const managed = zone(name, { dnsName, description: 'Private addresses of what belongs to Google' });
    const record = (id: string, of: { name: string; type: string; rrdatas: string[] }) =>
      new DnsRecordSet(scope, `record-${name}-${id}`, { managedZone: managed.name, ttl: 300, ...of });
    record('addresses', { name: target, type: 'A', rrdatas: [...privateApis.addresses] });
    record('all', { name: `*.${dnsName}`, type: 'CNAME', rrdatas: [target] });
  }
  zone('brokers', {
    dnsName: `${forwardedDomain(row)}.`,
    description: 'Brokers are announced by name: ask the resolver on the other cloud',
    forwardingConfig: {
      // Private: through the tunnels, though the addresses look like anybody's.
      targetNameServers: resolverAddresses(row).map((ipv4Address) => ({ ipv4Address, forwardingPath: 'private' })),
    },
  });
}
