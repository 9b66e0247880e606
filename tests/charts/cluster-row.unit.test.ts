import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterRow, clusterRows, deployRefusals, rowRefusals } from '../../charts/cluster-row.ts';
import { imagesOf, placeholderDigest } from '../../charts/images.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { environments } from '../../stacks/environments.ts';
import { repository } from '../sources.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const built = Object.fromEntries(serviceNames.map((name) => [name, digest]));
const { prod } = clusterRows;
const gatewayTargetGroupArn =
  'arn:aws:elasticloadbalancing:ap-south-1:222222222222:targetgroup/ecommerce-prod-gateway/0123456789abcdef';
const databaseAdministratorSecretArn =
  'arn:aws:secretsmanager:ap-south-1:222222222222:secret:rds!cluster-6f1c9e0a-1111-4222-8333-444455556666-AbC123';
const own = {
  account: '482915067743',
  repository: { url: 'https://git.shop.test/platform.git', revision: 'main' },
  domain: { zone: 'shop.test', zoneId: 'Z1', api: 'api.shop.test' },
  paymentProviderUrl: 'https://api.payments.test',
  alarmEmail: 'platform@shop.test',
  notifier: { ...prod.notifier, mailFrom: 'orders@shop.test' },
};
const deployed = {
  ...prod,
  ...own,
  images: imagesOf('prod', built),
  gatewayTargetGroupArn,
  databaseAdministratorSecretArn,
};

test('a row whose images are built and whose stacks are deployed may be synced', () => {
  expect(deployRefusals(deployed)).toEqual([]);
});

test('what only stands in for an image or an output of a stack is named, one sentence each', () => {
  const row = { ...deployed, images: imagesOf('prod', { ...built, 'order-service': placeholderDigest }) };
  expect(deployRefusals(row)).toEqual([expect.stringContaining('no built image of order-service')]);
  expect(deployRefusals({ ...deployed, gatewayTargetGroupArn: prod.gatewayTargetGroupArn })).toEqual([
    expect.stringContaining('output of the stack Edge'),
  ]);
  expect(deployRefusals({ ...deployed, databaseAdministratorSecretArn: prod.databaseAdministratorSecretArn })).toEqual([
    expect.stringContaining('output of the stack Database'),
  ]);
});

test('a value that is an example is named, one sentence each', () => {
  for (const [name, value] of Object.entries(own))
    expect(deployRefusals({ ...deployed, [name]: prod[name as keyof typeof own] }).join('\n')).toContain(
      typeof value === 'string' ? `prod: ${name}` : 'is an example',
    );
  expect(rowRefusals(prod)).toHaveLength(9);
  expect(rowRefusals({ ...deployed, images: prod.images })).toEqual([]);
});

test('an image is not promoted to prod while its row has examples in it, and nothing is written then', () => {
  const file = join(repository, 'charts/images/prod.json');
  const before = readFileSync(file, 'utf8');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['bin/promote.ts', 'order-service', '--to=prod', `--digest=${digest}`],
    { cwd: repository, encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([1, expect.stringContaining('prod: account 222222222222')]);
  expect(stderr).toContain('prod: repository.url is an example: https://git.shop.example/');
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a file of digests that forgets a service, names an unknown one, or has a tag is refused by its lines', () => {
  const { 'order-service': _, ...others } = built;
  expect(() => imagesOf('prod', others)).toThrow('charts/images/prod.json: order-service needs the digest');
  expect(() => imagesOf('prod', { ...built, 'mail-service': digest })).toThrow('mail-service is no service');
  expect(() => imagesOf('prod', { ...built, 'order-service': 'latest' })).toThrow('order-service needs the digest');
});

test('an ARN of another account, environment or kind is refused', () => {
  const overlay = { ...prod, gatewayTargetGroupArn, databaseAdministratorSecretArn };
  const refused = (change: object) => () => clusterRow(environments.prod, { ...overlay, ...change }, prod.images);
  expect(refused({})).not.toThrow();
  expect(refused({ gatewayTargetGroupArn: gatewayTargetGroupArn.replace('2222', '1111') })).toThrow(
    /gatewayTargetGroupArn/,
  );
  expect(refused({ gatewayTargetGroupArn: gatewayTargetGroupArn.replace('-prod-', '-dev-') })).toThrow(
    /ecommerce-prod-gateway/,
  );
  expect(refused({ databaseAdministratorSecretArn: gatewayTargetGroupArn })).toThrow(/databaseAdministratorSecretArn/);
});
