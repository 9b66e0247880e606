import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { serviceNames } from '../../services/platform/names.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { RegistryStack } from '../../stacks/aws/registry.ts';
import { type Environment, environments } from '../../stacks/environments.ts';

const { dev, prod } = environments;
const repositories = (row: Environment) =>
  Object.values(Template.fromStack(new RegistryStack(awsApp([row]), row)).findResources('AWS::ECR::Repository')).map(
    (one) => ({ ...one.Properties, ...one }),
  );
const inProd = repositories(prod);

test('every service has one repository', () => {
  expect(inProd.map((one) => one.RepositoryName)).toEqual(serviceNames.map((name) => `ecommerce/${name}`));
});

test('a tag never moves, a push is scanned, and images lie encrypted under a customer key', () => {
  for (const one of inProd)
    expect(one).toMatchObject({
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': [expect.anything(), 'Arn'] } },
    });
});

test('images outlive their stack in prod and not in dev', () => {
  expect(new Set(inProd.map((one) => one.DeletionPolicy))).toEqual(new Set(['Retain']));
  expect(repositories(dev).map((one) => [one.DeletionPolicy, one.EmptyOnDelete])).toEqual(
    serviceNames.map(() => ['Delete', true]),
  );
});

test('what no image uses goes after a week, and fifty images are kept', () => {
  for (const one of inProd) {
    const { rules } = JSON.parse(one.LifecyclePolicy.LifecyclePolicyText);
    expect(rules.map((rule: { selection: { countNumber: number } }) => rule.selection.countNumber)).toEqual([7, 300]);
  }
});
