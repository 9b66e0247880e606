import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { grantsOf } from '../../stacks/aws/grants.ts';
import { IdentitiesStack } from '../../stacks/aws/identities.ts';
import { type PlaceDependencies, placesOf } from '../../stacks/aws/places.ts';
import { environments } from '../../stacks/environments.ts';
import { aclJob } from '../../stacks/naming.ts';

const row = environments.prod;
const tableKey = { encryptionKey: { keyArn: 'arn:key' } };
const places: PlaceDependencies = {
  database: { server: { resourceId: 'cluster-ABC' } },
  streaming: { clusterArn: 'arn:aws:kafka:ap-south-1:222222222222:cluster/ecommerce-prod/0000-1' },
  tables: {
    tables: {
      'ecommerce-orders': tableKey,
      'ecommerce-payments': tableKey,
      'ecommerce-carts': tableKey,
      'ecommerce-sessions': tableKey,
      'ecommerce-contacts': tableKey,
      'ecommerce-notifications': tableKey,
    },
  },
};
const template = Template.fromStack(
  new IdentitiesStack(awsApp([row]), row, { ...places, cluster: { cluster: { clusterName: 'ecommerce-prod' } } }),
);
const properties = (type: string) => Object.values(template.findResources(type)).map((one) => one.Properties);

/** The services' own, and that of the job that gives ACLs. */
const accounts = [...serviceNames, aclJob.name];

test('every service account has a role, and no manifest has to name it', () => {
  expect(
    properties('AWS::EKS::PodIdentityAssociation').map((one) => [one.ClusterName, one.Namespace, one.ServiceAccount]),
  ).toEqual(accounts.map((name) => ['ecommerce-prod', 'ecommerce', name]));
});

test('only pods of its own service account in this cluster may take a role', () => {
  const roles = properties('AWS::IAM::Role');
  expect(roles).toHaveLength(accounts.length);
  for (const [index, name] of accounts.entries()) {
    const { Statement } = roles[index]?.AssumeRolePolicyDocument ?? {};
    expect(Statement.flatMap((one: { Action: string[] }) => one.Action)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    for (const one of Statement)
      expect(one).toMatchObject({
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:RequestTag/eks-cluster-name': 'ecommerce-prod',
            'aws:RequestTag/kubernetes-namespace': 'ecommerce',
            'aws:RequestTag/kubernetes-service-account': name,
          },
        },
      });
  }
});

test('order-service publishes to its topics and to nothing else of the cluster', () => {
  const policy = properties('AWS::IAM::ManagedPolicy').find((one) => /order-service/.test(one.Description));
  const statements: { Sid: string; Action: string[]; Resource: unknown }[] = policy?.PolicyDocument.Statement;
  const kafka = 'arn:aws:kafka:ap-south-1:222222222222';
  expect(statements.filter((one) => one.Sid.startsWith('Kafka'))).toEqual([
    {
      Sid: 'KafkaConnect',
      Effect: 'Allow',
      Action: ['kafka-cluster:Connect', 'kafka-cluster:WriteDataIdempotently'],
      Resource: `${kafka}:cluster/ecommerce-prod/0000-1`,
    },
    {
      Sid: 'KafkaPublish',
      Effect: 'Allow',
      Action: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      Resource: [
        `${kafka}:topic/ecommerce-prod/0000-1/orders.v1`,
        `${kafka}:topic/ecommerce-prod/0000-1/orders.v1.dlq`,
      ],
    },
  ]);
});

test('a service logs in to the database as itself', () => {
  const logins = properties('AWS::IAM::ManagedPolicy').flatMap((one) =>
    one.PolicyDocument.Statement.filter((statement: { Action: unknown }) => statement.Action === 'rds-db:connect'),
  );
  expect(logins.map((one: { Resource: string }) => one.Resource)).toEqual(
    ['user_service', 'product_service'].map(
      (user) => `arn:aws:rds-db:ap-south-1:222222222222:dbuser:cluster-ABC/${user}`,
    ),
  );
});

test('no role has a policy that nobody could find by looking at policies', () => {
  expect(properties('AWS::IAM::Role').filter((one) => one.Policies !== undefined)).toEqual([]);
  template.resourceCountIs('AWS::IAM::Policy', 0);
});

test('a role has what is derived from its service and nothing that was added by hand', () => {
  const policies = properties('AWS::IAM::ManagedPolicy');
  for (const name of serviceNames) {
    const [policy] = policies.filter((one) => one.Description === `What ${name} asks of AWS`);
    const inTemplate = policy?.PolicyDocument.Statement.flatMap((one: { Action: string | string[] }) => one.Action);
    expect(inTemplate).toEqual(grantsOf(platform.services[name], placesOf(row, places)).flatMap((one) => one.actions));
  }
  expect(policies).toHaveLength(accounts.length);
});

test('the job that gives ACLs may see and change them on this cluster, and nothing else; no service may', () => {
  const policies = properties('AWS::IAM::ManagedPolicy');
  const [policy] = policies.filter((one) => one.Description === `What ${aclJob.name} asks of AWS`);
  expect(policy?.PolicyDocument.Statement).toEqual([
    {
      Sid: 'KafkaAcls',
      Effect: 'Allow',
      Action: ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster', 'kafka-cluster:AlterCluster'],
      Resource: places.streaming.clusterArn,
    },
  ]);
  const others = policies.filter((one) => one !== policy);
  expect(JSON.stringify(others)).not.toMatch(/AlterCluster|kafka-cluster:\*/);
});
