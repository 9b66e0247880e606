import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { serviceNames } from '../../services/platform/names.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { ImagePublisherStack } from '../../stacks/aws/image-publisher.ts';
import { environments } from '../../stacks/environments.ts';
import { registriesAfter } from '../../stacks/promotion.ts';

const row = environments.dev;
const template = Template.fromStack(new ImagePublisherStack(awsApp([row]), row, { github: 'shop/platform' }));
const one = (type: string) => {
  const [found, ...more] = Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  expect(more).toEqual([]);
  return found;
};

test('the role is taken by runs on main of one repository, and by nobody else', () => {
  const { Statement } = one('AWS::IAM::Role').AssumeRolePolicyDocument;
  expect(Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { 'Fn::GetAtt': [expect.stringMatching(/^GitHub/), 'Arn'] } },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:shop/platform:ref:refs/heads/main',
        },
      },
    },
  ]);
});

test('it pushes images of the services: no tag is deleted, no repository made, nothing else touched', () => {
  const statements: { Action: string[]; Resource: string[] }[] =
    one('AWS::IAM::ManagedPolicy').PolicyDocument.Statement;
  const push = statements.find(({ Action }) => Action.includes('ecr:PutImage'));
  expect(push?.Resource).toEqual(
    serviceNames.map((service) => `arn:aws:ecr:ap-south-1:111111111111:repository/ecommerce/${service}`),
  );
  expect(
    statements.flatMap(({ Action }) => Action).filter((action) => /Delete|Create|Set|Tag|Policy/.test(action)),
  ).toEqual([]);
  expect(statements.flatMap(({ Action }) => Action).every((action) => action.startsWith('ecr:'))).toBe(true);
});

test('where its images go on to other environments, they are pushed once: only the first has the role', () => {
  for (const environment of Object.values(environments))
    expect(environment.github !== undefined, environment.name).toBe(registriesAfter(environment).length > 0);
});
