import type { Environment } from '../../stacks/environments.ts';
import { waysOf } from '../../stacks/gcp/firewall.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { at, resources, strings } from './blocks.ts';

/** A check returns a sentence for each fault that it finds in a stack. */
export type Check = (stack: Json, row: Environment) => readonly string[];

export const noPublicAddress: Check = (stack) => [
  ...(JSON.stringify(stack).match(/access_config|nat_ip|ONE_TO_ONE_NAT/g) ?? []).map((word) => `It says ${word}.`),
  ...resources(stack)
    .filter(({ type }) => /^google_compute_(router_nat|(global_)?address|instance|forwarding_rule)$/.test(type))
    .map(({ type, name }) => `${type} ${name} may have a public address.`),
  ...resources(stack, 'google_dataproc_cluster')
    .filter(({ block }) => at(block, 'cluster_config.gce_cluster_config.internal_ip_only') !== true)
    .map(({ name }) => `The machines of ${name} have public addresses.`),
];

/** Long and without a pattern, or after a word for a secret. */
const looksSecret = (path: string, text: string): boolean =>
  !text.includes('${') &&
  (/(^|[._])(password|passphrase|token|private_key|shared_secret|secret_data|secret_value)$/i.test(path) ||
    (/(^|\.)(resource|variable|output|provider)\b/.test(path) &&
      !/\.(content|dashboard_json|query|description|script)$/.test(path) &&
      /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/=_.]{32,}$/.test(text)));

export const noSecret: Check = (stack) => [
  ...strings(stack)
    .filter(([path, text]) => looksSecret(path, text))
    .map(([path]) => `${path} holds a secret.`),
  ...resources(stack, 'google_secret_manager_secret_version').map(({ name }) => `${name} puts a value into the state.`),
  ...resources(stack, 'google_compute_vpn_tunnel')
    .filter(({ block }) => !/^\$\{var\.tunnel_\d_key\}$/.test(String(block.shared_secret)))
    .map(({ name }) => `The key of ${name} is no variable.`),
  ...Object.entries((stack.variable ?? {}) as Record<string, Json>)
    .filter(([, variable]) => variable.sensitive !== true || 'default' in variable)
    .map(([name]) => `${name} would be shown, or has a default.`),
];

export const narrowRoles: Check = (stack) => [
  ...strings(stack)
    .filter(
      ([path, text]) => /(^|\.)role$/.test(path) && (/\*|owner|editor|admin/i.test(text) || !/^roles\//.test(text)),
    )
    .map(([path, text]) => `${path}: ${text} is too wide.`),
  ...strings(stack)
    .filter(([, text]) => /\ball(Authenticated)?Users\b/.test(text))
    .map(([path]) => `${path} lets everybody in.`),
  ...resources(stack)
    .filter(({ type }) => /_iam_(binding|policy)$/.test(type))
    .map(({ type, name }) => `${type} ${name} takes from others what they were given.`),
  ...resources(stack, 'google_project_iam_member')
    .filter(({ block }) => block.role === 'roles/dataproc.worker')
    .filter(({ block }) => at(block, 'condition.expression') !== 'resource.service != "storage.googleapis.com"')
    .map(({ name }) => `${name} opens every bucket of the project.`),
];

export const privateBuckets: Check = (stack) =>
  resources(stack, 'google_storage_bucket').flatMap(({ name, block }) => [
    ...(block.public_access_prevention === 'enforced' ? [] : [`${name} can be made public.`]),
    ...(block.uniform_bucket_level_access === true ? [] : [`${name} has access lists of single objects.`]),
    ...(/google_kms_crypto_key\./.test(String(at(block, 'encryption.default_kms_key_name')))
      ? []
      : [`${name} has no key.`]),
    ...(Array.isArray(block.lifecycle_rule) && block.lifecycle_rule.length > 0 ? [] : [`${name} keeps everything.`]),
  ]);

type Ports = readonly { readonly protocol: string; readonly ports?: readonly string[] }[];
/** The same text for the same value, in whatever order its keys are. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Closed by default, and open for what `waysOf` declares only. */
export const closedFirewall: Check = (stack, row) => {
  const rules = resources(stack, 'google_compute_firewall');
  const faults = ['INGRESS', 'EGRESS'].flatMap((direction) => {
    const ranges = direction === 'INGRESS' ? 'source_ranges' : 'destination_ranges';
    const closed = rules.some(
      ({ block }) =>
        block.direction === direction &&
        block.priority === 65_534 &&
        sorted(block[ranges]) === '["0.0.0.0/0"]' &&
        sorted(block.deny) === '[{"protocol":"all"}]' &&
        !('target_tags' in block),
    );
    return closed ? [] : [`${direction} is not closed by default.`];
  });
  const open = rules.filter(({ block }) => 'allow' in block);
  for (const { name, block } of open) {
    const ingress = block.direction === 'INGRESS';
    const way = waysOf(row).find((one) => `firewall-${one.name}` === name);
    const range = block[ingress ? 'source_ranges' : 'destination_ranges'];
    if (
      way === undefined ||
      way.direction !== block.direction ||
      sorted(range) !== sorted([way.range]) ||
      sorted(block.allow as Ports) !== sorted(way.open) ||
      sorted(block.target_tags) !== '["orders-analytics"]' ||
      block.priority !== 1_000
    )
      faults.push(`${name} is not what is declared.`);
  }
  return open.length === waysOf(row).length ? faults : [...faults, 'Not every declared way is open, or more are.'];
};

/** What leaves towards the other cloud: brokers, at the port of SCRAM. */
export const brokersOnly: Check = (stack, row) =>
  resources(stack, 'google_compute_firewall')
    .filter(
      ({ block }) => 'allow' in block && sorted(block.destination_ranges ?? block.source_ranges).includes(row.vpcCidr),
    )
    .filter(
      ({ block }) => block.direction !== 'EGRESS' || sorted(block.allow) !== '[{"ports":["9096"],"protocol":"tcp"}]',
    )
    .map(({ name }) => `${name} opens more towards the other cloud than the brokers' port.`);

/** Everything that takes labels has those of the provider. */
export const labelled: Check = (stack, row) =>
  Object.entries((stack.provider ?? {}) as Record<string, readonly Json[]>).flatMap(([name, providers]) =>
    providers.flatMap((provider) =>
      at(provider, 'default_labels.environment') === row.name && at(provider, 'default_labels.owner') === 'platform'
        ? []
        : [`${name} labels nothing.`],
    ),
  );
