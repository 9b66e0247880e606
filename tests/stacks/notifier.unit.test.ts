import { readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { notificationLambda } from '../../services/notification-lambda/service.ts';
import { type DynamoName, dynamoNames } from '../../services/platform/names.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { bundle } from '../../stacks/aws/bundle.ts';
import { NotifierStack } from '../../stacks/aws/notifier.ts';
import { countedLines } from '../../stacks/aws/notifier-alarms.ts';
import { type Environment, environments } from '../../stacks/environments.ts';

function synthesized(row: Environment): Template {
  const app = awsApp([row], { context: { 'aws:cdk:bundling-stacks': [] } });
  const other = new Stack(app, 'Other', { env: { account: row.account, region: row.region } });
  const tables = Object.fromEntries(
    dynamoNames.map((tableName) => [
      tableName,
      new TableV2(other, tableName, { tableName, partitionKey: { name: 'pk', type: AttributeType.STRING } }),
    ]),
  ) as Record<DynamoName, TableV2>;
  const clusterArn = `arn:aws:kafka:${row.region}:${row.account}:cluster/ecommerce/1`;
  return Template.fromStack(new NotifierStack(app, row, { streaming: { clusterArn }, tables: { tables } }));
}

const template = synthesized(environments.prod);

test('the function reads the topic from its beginning with pollers of its own, and reports record by record', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    Topics: ['orders.v1'],
    AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: notificationLambda.consumes[0].group },
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 50,
    ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 4 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 5,
    MaximumRecordAgeInSeconds: 86_400,
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
  });
});

test('the function gets what its service.ts binds, sends as the address of the row, and keeps no secret', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function')) as [
    { Properties: { Environment: { Variables: Record<string, string> } } & Record<string, unknown> },
  ];
  expect(Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    TracingConfig: { Mode: 'Active' },
  });
  expect(Properties.Environment.Variables).toEqual({
    CONTACTS_TABLE: 'ecommerce-contacts',
    NOTIFICATIONS_TABLE: 'ecommerce-notifications',
    MAIL_FROM: 'orders@shop.example',
    LOG_LEVEL: 'info',
    NODE_OPTIONS: '--enable-source-maps',
  });
  expect(Object.keys(Properties.Environment.Variables)).toEqual(
    expect.arrayContaining(Object.keys(notificationLambda.environment)),
  );
});

test('it may send as one address only', () => {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'ses:SendEmail',
          Condition: { StringEquals: { 'ses:FromAddress': 'orders@shop.example' } },
        }),
      ]),
    },
  });
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  expect(roles.map((one) => one.Properties.ManagedPolicyArns)).toEqual([undefined]);
});

test('a sender of somebody else’s domain is refused with a sentence', () => {
  const row = { ...environments.prod, notifier: { ...environments.prod.notifier, mailFrom: 'orders@shop.test' } };
  expect(() => synthesized(row)).toThrow(
    'prod: mails come from orders@shop.test, which is no address of shop.example; SES would refuse to send them.',
  );
});

test('what was given up is kept whole, closed to the world and for a quarter of a year', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'ecommerce-prod-notifier-given-up-222222222222',
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
    LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90 })] },
  });
});

test('lines that alarms count are lines that the function writes', () => {
  const sources = ['consumer.ts', 'deliver.ts']
    .map((file) => readFileSync(new URL(`../../services/notification-lambda/${file}`, import.meta.url), 'utf8'))
    .join('\n');
  for (const line of Object.values(countedLines).flat()) expect(sources).toContain(`'${line}'`);
});

test('the same sources give the same bundle, whatever folder synthesis runs in', () => {
  const bytes = () =>
    bundle('services/notification-lambda/handler.ts').map(({ name, contents }) => [
      name,
      Buffer.from(contents).toString('hex'),
    ]);
  const here = process.cwd();
  const first = bytes();
  process.chdir('/');
  const second = bytes();
  process.chdir(here);
  expect(second).toEqual(first);
});

test('it may read contacts, keep its deliveries, read its topic in its group, and nothing else of the platform', () => {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    (one) =>
      one.Properties.PolicyDocument.Statement as { Sid?: string; Action: string | string[]; Resource: unknown }[],
  );
  const actions = (prefixes: RegExp) =>
    statements.flatMap((one) => one.Action).filter((action) => prefixes.test(action));
  expect(actions(/^kafka-cluster:/).toSorted()).toEqual([
    'kafka-cluster:AlterGroup',
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeClusterDynamicConfiguration',
    'kafka-cluster:DescribeGroup',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
  ]);
  const onTables = statements.filter((one) => [one.Action].flat().some((action) => action.startsWith('dynamodb:')));
  for (const { Resource } of onTables)
    expect(JSON.stringify(Resource)).toMatch(/table\/ecommerce-(contacts|notifications)/);
  for (const { Action, Resource } of statements)
    if (Resource === '*') expect([Action].flat().every((one) => /^(ec2:Describe|xray:)/.test(one))).toBe(true);
});
