import { expect, test } from 'vitest';
import { kafkaPorts } from '../../stacks/aws/broker-gate.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { scramPort } from '../../stacks/gcp/private-addresses.ts';
import * as naming from '../../stacks/naming.ts';
import { resources } from './blocks.ts';
import { stackOf } from './example.ts';

/** Numbers of the first and the last address of a range. */
function bounds(cidr: string): readonly [number, number] {
  const [address = '', bits = ''] = cidr.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}
const overlap = (one: string, other: string): boolean => {
  const [[a, b], [c, d]] = [bounds(one), bounds(other)];
  return a <= d && c <= b;
};

test('no range of one cloud is in one of the other, nor in another environment', () => {
  const ranges = environmentNames.flatMap((name) => [environments[name].vpcCidr, environments[name].gcp.cidr]);
  for (const [nth, one] of ranges.entries())
    for (const other of ranges.slice(nth + 1)) expect([one, other, overlap(one, other)]).toEqual([one, other, false]);
  expect(overlap('10.60.0.0/16', '10.60.240.0/20')).toBe(true);
});

test('brokers listen where this side goes', () => expect(scramPort).toBe(kafkaPorts.scram));

test.each(environmentNames)('%s: names fit what Google allows, and each is used once', (name) => {
  const row = environments[name];
  const names = [
    naming.gcpNetworkName(row),
    naming.gcpGatewayName(row),
    naming.gcpSubnetName(row),
    ...[0, 1, 2, 3].flatMap((one) => [naming.gcpTunnelName(row, one), naming.gcpTunnelSecretName(row, one)]),
  ];
  for (const one of names) expect(one).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])$/);
  expect(naming.analyticsAccountId(row)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  expect(naming.analyticsClusterName(row)).toMatch(/^[a-z][a-z0-9-]{0,49}[a-z0-9]$/);
  for (const { block } of resources(stackOf(name, 'analytics'), 'google_storage_bucket'))
    expect(block.name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  const secrets = resources(stackOf(name, 'network'), 'google_secret_manager_secret').map(
    ({ block }) => block.secret_id,
  );
  // Amazon's names, as far as Google takes them.
  expect(secrets).toEqual([
    ...[0, 1, 2, 3].map((one) => naming.tunnelSecretName(row, one).replace('/', '-')),
    naming.gcpFlinkSecretName(row),
  ]);
});

test('what the job is called is what YARN, the log, the network tag and the folders are called', () => {
  expect(new Set([naming.analyticsJobName, naming.analyticsTag])).toEqual(new Set(['orders-analytics']));
});
