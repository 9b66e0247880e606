import { describe, expect, test } from 'vitest';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { resources, spoiled } from './blocks.ts';
import {
  brokersOnly,
  type Check,
  closedFirewall,
  labelled,
  narrowRoles,
  noPublicAddress,
  noSecret,
  privateBuckets,
} from './checks.ts';
import { stackOf } from './example.ts';

const everywhere: Readonly<Record<string, Check>> = {
  'nothing has an address on the internet': noPublicAddress,
  'no secret is in a text that is kept': noSecret,
  'no role is wider than what it is for': narrowRoles,
  'what takes labels has them': labelled,
};
const ofNetwork: Readonly<Record<string, Check>> = {
  'the firewall is closed, but for the declared ways': closedFirewall,
  'towards the other cloud only the brokers are reached, at the port of SCRAM': brokersOnly,
};

describe.each(environmentNames)('%s', (name) => {
  const row = environments[name];
  test.each(Object.entries(everywhere))('%s', (_, check) => {
    for (const stack of ['network', 'analytics'] as const) expect(check(stackOf(name, stack), row)).toEqual([]);
  });
  test.each(Object.entries(ofNetwork))('%s', (_, check) => expect(check(stackOf(name, 'network'), row)).toEqual([]));

  test('buckets are private, encrypted with a key of this stack, and forget what nobody needs', () => {
    expect(resources(stackOf(name, 'analytics'), 'google_storage_bucket')).toHaveLength(4);
    expect(privateBuckets(stackOf(name, 'analytics'), row)).toEqual([]);
  });
});

const cluster = 'resource.google_dataproc_cluster.cluster.cluster_config';
const bucket = 'resource.google_storage_bucket.bucket-results';
const firewall = 'resource.google_compute_firewall';

/** Each fault, put into the stack that is committed, and the check that has to see it. */
const faults: readonly (readonly [
  what: string,
  stack: 'network' | 'analytics',
  check: Check,
  path: string,
  value: unknown,
])[] = [
  [
    'machines with public addresses',
    'analytics',
    noPublicAddress,
    `${cluster}.gce_cluster_config.internal_ip_only`,
    false,
  ],
  [
    'machines that nobody asked to be private',
    'analytics',
    noPublicAddress,
    `${cluster}.gce_cluster_config.internal_ip_only`,
    undefined,
  ],
  [
    'an access configuration',
    'analytics',
    noPublicAddress,
    `${cluster}.master_config.access_config`,
    [{ type: 'ONE_TO_ONE_NAT' }],
  ],
  ['a way out by NAT', 'network', noPublicAddress, 'resource.google_compute_router_nat', { nat: {} }],
  [
    'a key of a tunnel as text',
    'analytics',
    noSecret,
    'resource.google_compute_vpn_tunnel.tunnel-2.shared_secret',
    'abc.def_123',
  ],
  [
    'a version of a secret',
    'analytics',
    noSecret,
    'resource.google_secret_manager_secret_version',
    { one: { secret: 'x' } },
  ],
  ['a password in the metadata', 'analytics', noSecret, `${cluster}.gce_cluster_config.metadata.password`, 'hunter2'],
  [
    'something that looks like a key',
    'analytics',
    noSecret,
    `${cluster}.software_config.override_properties.flink:x`,
    'aZ3'.repeat(12),
  ],
  ['a variable that is shown', 'analytics', noSecret, 'variable.tunnel_0_key.sensitive', undefined],
  ['a variable with a default', 'analytics', noSecret, 'variable.tunnel_1_key.default', 'x'],
  [
    'the role of an editor',
    'analytics',
    narrowRoles,
    'resource.google_project_iam_member.may-worker.role',
    'roles/editor',
  ],
  [
    'a role over all objects',
    'analytics',
    narrowRoles,
    'resource.google_storage_bucket_iam_member.may-results-objectViewer.role',
    'roles/storage.objectAdmin',
  ],
  ['a wildcard', 'analytics', narrowRoles, 'resource.google_project_iam_member.may-logWriter.role', 'roles/*'],
  [
    'the role of machines without its limit',
    'analytics',
    narrowRoles,
    'resource.google_project_iam_member.may-worker.condition',
    undefined,
  ],
  [
    'everybody as a member',
    'analytics',
    narrowRoles,
    'resource.google_storage_bucket_iam_member.may-results-objectViewer.member',
    'allUsers',
  ],
  [
    'a policy that takes from others',
    'analytics',
    narrowRoles,
    'resource.google_project_iam_binding',
    { x: { role: 'roles/viewer' } },
  ],
  ['a bucket that can be made public', 'analytics', privateBuckets, `${bucket}.public_access_prevention`, 'inherited'],
  ['a bucket with access lists', 'analytics', privateBuckets, `${bucket}.uniform_bucket_level_access`, false],
  ['a bucket without a key', 'analytics', privateBuckets, `${bucket}.encryption`, undefined],
  ['a bucket that keeps everything', 'analytics', privateBuckets, `${bucket}.lifecycle_rule`, []],
  ['open for all who come', 'network', closedFirewall, `${firewall}.firewall-deny-in`, undefined],
  ['closed for some machines only', 'network', closedFirewall, `${firewall}.firewall-deny-out.target_tags`, ['x']],
  ['closed after it was opened', 'network', closedFirewall, `${firewall}.firewall-deny-out.priority`, 65_535],
  ['a way from anywhere', 'network', closedFirewall, `${firewall}.firewall-ssh-in.source_ranges`, ['0.0.0.0/0']],
  [
    'another port',
    'network',
    closedFirewall,
    `${firewall}.firewall-uptime-in.allow`,
    [{ protocol: 'tcp', ports: ['8088', '9870'] }],
  ],
  [
    'a way that nobody declared',
    'network',
    closedFirewall,
    `${firewall}.firewall-more`,
    { allow: [{ protocol: 'all' }], direction: 'EGRESS' },
  ],
  ['a way into every machine', 'network', closedFirewall, `${firewall}.firewall-cluster-in.target_tags`, undefined],
  [
    'the port of IAM',
    'network',
    brokersOnly,
    `${firewall}.firewall-brokers-out.allow`,
    [{ protocol: 'tcp', ports: ['9096', '9098'] }],
  ],
  ['a way back from the other cloud', 'network', brokersOnly, `${firewall}.firewall-brokers-out.direction`, 'INGRESS'],
  ['no labels', 'network', labelled, 'provider.google.0.default_labels', undefined],
];

describe('what would be wrong is refused', () => {
  test.each(faults)('%s', (_, stack, check, path, value) => {
    expect(check(spoiled(stackOf('prod', stack), path, value), environments.prod)).not.toEqual([]);
  });
});
