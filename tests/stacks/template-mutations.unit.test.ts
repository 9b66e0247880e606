import { describe, expect, test } from 'vitest';
import { committedSnapshots } from '../../bin/aws/snapshots.ts';
import { platformRules } from '../../stacks/aws/gates/platform-rules.ts';
import { breaksOf } from '../../stacks/aws/gates/rule.ts';
import { list, type Properties, type Resource, type Template } from '../../stacks/aws/gates/template.ts';

/** The templates of prod as they are committed, and byte-checked elsewhere: each is spoilt in one place and must be refused there. */
const templates = Object.entries(committedSnapshots())
  .filter(([place]) => place.startsWith('prod/'))
  .map(([place, text]) => [place, JSON.parse(text) as Template] as const);

type Spoil = (resource: Resource) => Resource | undefined;

/** Places where spoiling a resource breaks no rule there that was kept before. */
function unnoticed(spoil: Spoil): { readonly tried: number; readonly missed: readonly string[] } {
  let tried = 0;
  const missed = templates.flatMap(([place, template]) =>
    Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) => {
      const spoilt = spoil(resource);
      if (!spoilt) return [];
      tried++;
      const brokenAt = (one: Template) =>
        breaksOf(platformRules, one).filter((broken) => broken.logicalId === logicalId);
      const before = brokenAt(template).length;
      const after = brokenAt({ ...template, Resources: { ...template.Resources, [logicalId]: spoilt } }).length;
      return after > before ? [] : [`${place} ${resource.Type} ${logicalId}`];
    }),
  );
  return { tried, missed };
}

const withProperties = (resource: Resource, change: Properties): Resource => ({
  ...resource,
  Properties: { ...resource.Properties, ...change },
});

const withoutEncryption: Spoil = (resource) => {
  const properties = Object.entries(resource.Properties ?? {});
  const kept = properties.filter(([key]) => !/Encrypt|Kms/i.test(key) && !key.startsWith('SSE'));
  // What is only referred to by a key, and holds no data at rest.
  if (kept.length === properties.length || /^AWS::(KMS|IAM|Lambda)::/.test(resource.Type)) return undefined;
  return { ...resource, Properties: Object.fromEntries(kept) };
};

const withStatement =
  (statement: object): Spoil =>
  (resource) => {
    const document = resource.Properties?.PolicyDocument as { readonly Statement?: unknown } | undefined;
    if (!/^AWS::IAM::(Managed)?Policy$/.test(resource.Type)) return undefined;
    return withProperties(resource, {
      PolicyDocument: { ...document, Statement: [...list(document?.Statement), { Effect: 'Allow', ...statement }] },
    });
  };

describe('every template of prod is refused', () => {
  test('when encryption is removed from any resource that has it', () => {
    const { tried, missed } = unnoticed(withoutEncryption);
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(10);
  });

  test.each([
    ['on the port of the database', { FromPort: 5432, ToPort: 5432 }],
    ['on all ports', { FromPort: 0, ToPort: 65_535 }],
  ])('when any security group is opened to the internet %s', (_, ports) => {
    const { tried, missed } = unnoticed((resource) => {
      if (resource.Type !== 'AWS::EC2::SecurityGroup') return undefined;
      const opened = { IpProtocol: 'tcp', CidrIp: '0.0.0.0/0', ...ports };
      return withProperties(resource, {
        SecurityGroupIngress: [...list(resource.Properties?.SecurityGroupIngress), opened],
      });
    });
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(2);
  });

  test.each([
    ['to write to every table', { Action: 'dynamodb:PutItem', Resource: '*' }],
    ['to every action of S3', { Action: 's3:*', Resource: 'arn:aws:s3:::one/*' }],
    ['to everything', { Action: '*', Resource: '*' }],
    ['to all but one action', { NotAction: 'iam:CreateUser', Resource: 'arn:aws:s3:::one' }],
  ])('when any policy is widened %s', (_, statement) => {
    const { tried, missed } = unnoticed(withStatement(statement));
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(4);
  });

  test('when any role may be taken by anybody', () => {
    const { tried, missed } = unnoticed((resource) => {
      if (resource.Type !== 'AWS::IAM::Role') return undefined;
      const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' };
      return withProperties(resource, { AssumeRolePolicyDocument: { Statement: [statement] } });
    });
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(4);
  });
});
