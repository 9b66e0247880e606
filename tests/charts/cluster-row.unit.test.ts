import { expect, test } from 'vitest';
import { clusterRow, clusterRows, deployRefusals } from '../../charts/cluster-row.ts';
import { imagesOf, placeholderDigest } from '../../charts/images.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { environments } from '../../stacks/environments.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const built = Object.fromEntries(serviceNames.map((name) => [name, digest]));
const { prod } = clusterRows;
const gatewayTargetGroupArn =
  'arn:aws:elasticloadbalancing:ap-south-1:222222222222:targetgroup/ecommerce-prod-gateway/0123456789abcdef';
const databaseAdministratorSecretArn =
  'arn:aws:secretsmanager:ap-south-1:222222222222:secret:rds!cluster-6f1c9e0a-1111-4222-8333-444455556666-AbC123';
const deployed = { ...prod, images: imagesOf('prod', built), gatewayTargetGroupArn, databaseAdministratorSecretArn };

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
