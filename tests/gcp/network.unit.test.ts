import { expect, test } from 'vitest';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { waysOf } from '../../stacks/gcp/firewall.ts';
import { forwardedDomain, resolverAddresses } from '../../stacks/interconnect.ts';
import { at, resources } from './blocks.ts';
import { stackOf } from './example.ts';

const stack = stackOf('prod', 'network');
const row = environments.prod;
const one = (type: string, name: string) => resources(stack, type).find((found) => found.name === name)?.block;

test('the declared ways are these and no others', () => {
  const said = waysOf(row).map(({ direction, range, open }) => {
    const ports = open.map(({ protocol, ports = [] }) => [protocol, ...ports].join(' ')).join(', ');
    return `${direction} ${range} ${ports}`;
  });
  expect(said).toEqual([
    'INGRESS 10.70.0.0/16 tcp 0-65535, udp 0-65535, icmp',
    'EGRESS 10.70.0.0/16 tcp 0-65535, udp 0-65535, icmp',
    'EGRESS 10.30.0.0/16 tcp 9096',
    'EGRESS 199.36.153.8/30 tcp 443',
    'INGRESS 35.235.240.0/20 tcp 22',
    'INGRESS 35.199.192.0/19 tcp 8088',
  ]);
});

test('the network is made by hand, fits through the tunnels, and logs what flows', () => {
  expect(one('google_compute_network', 'network')).toMatchObject({ auto_create_subnetworks: false, mtu: 1_460 });
  expect(resources(stack, 'google_compute_subnetwork')).toHaveLength(1);
  expect(one('google_compute_subnetwork', 'subnet')).toMatchObject({
    ip_cidr_range: row.gcp.cidr,
    private_ip_google_access: true,
    log_config: { flow_sampling: 0.5 },
  });
});

test('the router tells the other side of every subnet, and of where Cloud DNS asks from', () => {
  expect(one('google_compute_router', 'router')?.bgp).toMatchObject({
    asn: row.gcp.asn,
    advertise_mode: 'CUSTOM',
    advertised_groups: ['ALL_SUBNETS'],
    advertised_ip_ranges: [{ range: '35.199.192.0/19' }],
  });
});

test.each(environmentNames)('%s: names of brokers are asked for where AWS answers them', (name) => {
  const zones = resources(stackOf(name, 'network'), 'google_dns_managed_zone').map(({ block }) => block);
  const forwarding = zones.filter((zone) => 'forwarding_config' in zone);
  expect(forwarding.map((zone) => zone.dns_name)).toEqual(['kafka.ap-south-1.amazonaws.com.']);
  expect(forwarding[0]?.dns_name).toBe(`${forwardedDomain(environments[name])}.`);
  expect(at(forwarding[0], 'forwarding_config.target_name_servers')).toEqual(
    resolverAddresses(environments[name]).map((address) => ({ ipv4_address: address, forwarding_path: 'private' })),
  );
  expect(zones.every((zone) => zone.visibility === 'private')).toBe(true);
});

test("names of Google's APIs are its private addresses", () => {
  const records = resources(stack, 'google_dns_record_set').map(({ block }) => [block.name, block.type, block.rrdatas]);
  const addresses = ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'];
  expect(records).toEqual([
    ['private.googleapis.com.', 'A', addresses],
    ['*.googleapis.com.', 'CNAME', ['private.googleapis.com.']],
    ['dataproc.cloud.google.com.', 'A', addresses],
    ['*.dataproc.cloud.google.com.', 'CNAME', ['dataproc.cloud.google.com.']],
  ]);
});

test('whatever is made first waits for the APIs that it needs', () => {
  const apis = resources(stack, 'google_project_service').map(({ name }) => `google_project_service.${name}`);
  expect(apis).toContain('google_project_service.api-compute');
  for (const { name, block } of resources(stack)) {
    const waits = /\$\{google_/.test(JSON.stringify(block)) || 'depends_on' in block;
    if (!name.startsWith('api-')) expect([name, waits]).toEqual([name, true]);
  }
  expect(one('google_compute_network', 'network')?.depends_on).toEqual(apis);
});

test('the budget is of this project, warns before it is spent, and writes to who is told of alerts', () => {
  expect(one('google_billing_budget', 'budget')).toMatchObject({
    budget_filter: { projects: [`projects/${row.gcp.projectNumber}`], calendar_period: 'MONTH' },
    amount: { specified_amount: { units: '1200' } },
    all_updates_rule: {
      monitoring_notification_channels: [
        expect.stringMatching(/^.\{google_monitoring_notification_channel\.mail\.id\}$/),
      ],
    },
  });
  expect(one('google_monitoring_notification_channel', 'mail')).toMatchObject({
    type: 'email',
    labels: { email_address: row.alarmEmail },
  });
});

test('every stack pins the provider, the oldest Terraform and the bucket of its own state', () => {
  for (const name of environmentNames)
    for (const part of ['network', 'analytics'] as const)
      expect(stackOf(name, part).terraform).toMatchObject({
        required_version: '>= 1.9.0',
        required_providers: { google: { source: 'google', version: '6.50.0' } },
        backend: {
          gcs: { bucket: environments[name].gcp.stateBucket, prefix: `ecommerce-${name}/gcp-${part}-${name}` },
        },
      });
});
