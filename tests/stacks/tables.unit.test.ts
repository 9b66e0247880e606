import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { tables as localTables } from '../../bin/local/table-list.ts';
import { ensureTables } from '../../bin/local/tables.ts';
import { type DynamoName, dynamoNames } from '../../services/platform/names.ts';
import { TablesStack } from '../../stacks/aws/tables.ts';
import { rowApp } from './rows.ts';

type Properties = {
  readonly TableName: DynamoName;
  readonly BillingMode: string;
  readonly KeySchema: unknown;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: unknown;
    readonly Projection: unknown;
  }[];
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
  readonly SSESpecification: { readonly SSEEnabled: boolean; readonly SSEType: string };
  readonly Replicas: readonly {
    readonly DeletionProtectionEnabled: boolean;
    readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled: boolean };
    readonly SSESpecification?: { readonly KMSMasterKeyId: unknown };
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  }[];
};

const template = (name: 'dev' | 'prod') => {
  const { app, row } = rowApp(name);
  return Template.fromStack(new TablesStack(app, row));
};
const templates = { dev: template('dev'), prod: template('prod') };

const synthesized = (
  name: 'dev' | 'prod',
): readonly { readonly Properties: Properties; readonly DeletionPolicy: string }[] =>
  Object.values(templates[name].findResources('AWS::DynamoDB::GlobalTable')) as never;

/** What the local platform sends to DynamoDB, recorded instead of sent. */
async function sentByLocalPlatform() {
  const created: CreateTableCommandInput[] = [];
  const timesToLive = new Map<string | undefined, string | undefined>();
  const recorder = {
    async send(command: unknown) {
      if (command instanceof DescribeTableCommand) throw new ResourceNotFoundException({ message: '', $metadata: {} });
      if (command instanceof CreateTableCommand) created.push(command.input);
      if (command instanceof UpdateTimeToLiveCommand)
        timesToLive.set(command.input.TableName, command.input.TimeToLiveSpecification?.AttributeName);
      return {};
    },
  } as unknown as DynamoDBClient;
  await ensureTables(recorder, Object.values(localTables));
  return { created, timesToLive };
}

const byName = <T extends { readonly AttributeName?: string | undefined }>(attributes: readonly T[] = []) =>
  attributes.toSorted((a, b) => String(a.AttributeName).localeCompare(String(b.AttributeName)));

test.each(['dev', 'prod'] as const)(
  '%s: keys, indexes and times to live are those of the local platform',
  async (name) => {
    const { created, timesToLive } = await sentByLocalPlatform();
    const seen = synthesized(name).map(({ Properties: table }) => ({
      TableName: table.TableName,
      BillingMode: table.BillingMode,
      KeySchema: table.KeySchema,
      AttributeDefinitions: byName(table.AttributeDefinitions),
      GlobalSecondaryIndexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
      timeToLive: table.TimeToLiveSpecification?.AttributeName,
    }));
    const local = created.map((input) => ({
      GlobalSecondaryIndexes: [],
      ...input,
      AttributeDefinitions: byName(input.AttributeDefinitions),
      timeToLive: timesToLive.get(input.TableName),
    }));
    const inOrder = <T extends { readonly TableName?: string | undefined }>(list: readonly T[]) =>
      list.toSorted((a, b) => String(a.TableName).localeCompare(String(b.TableName)));
    expect(inOrder(seen)).toEqual(inOrder(local));
    expect(seen).toHaveLength(dynamoNames.length);
  },
);

test.each(['dev', 'prod'] as const)('%s: every table is under the stack’s own key, which turns every year', (name) => {
  templates[name].allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  for (const { Properties: table } of synthesized(name)) {
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    for (const replica of table.Replicas)
      expect(replica.SSESpecification).toEqual({
        KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      });
  }
});

test('all tables but the sign-out markers are restored to any second', () => {
  const restored = synthesized('prod').filter(({ Properties: table }) =>
    table.Replicas.every((replica) => replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled),
  );
  expect(restored.map(({ Properties: table }) => table.TableName).toSorted()).toEqual(
    dynamoNames.filter((table) => table !== 'ecommerce-sessions').toSorted(),
  );
});

test('prod keeps its tables whatever is deleted; dev cleans up after itself', () => {
  const kept = (name: 'dev' | 'prod') =>
    synthesized(name).map(({ Properties: table, DeletionPolicy }) => [
      DeletionPolicy,
      table.Replicas.map((replica) => replica.DeletionProtectionEnabled),
    ]);
  expect(new Set(kept('prod').map(String))).toEqual(new Set(['Retain,true']));
  expect(new Set(kept('dev').map(String))).toEqual(new Set(['Delete,false']));
});

test('a table is on the bill of the service that owns it', () => {
  const services = Object.fromEntries(
    synthesized('prod').map(({ Properties: table }) => [
      table.TableName,
      table.Replicas[0]?.Tags.find((tag) => tag.Key === 'Service')?.Value,
    ]),
  );
  expect(services).toEqual({
    'ecommerce-orders': 'order-service',
    'ecommerce-carts': 'order-service',
    'ecommerce-payments': 'payment-service',
    'ecommerce-sessions': 'user-service',
    'ecommerce-contacts': 'user-service',
    'ecommerce-notifications': 'notification-lambda',
  });
});

test('throttles of a table and of each of its indexes ring, and errors of DynamoDB itself', () => {
  const alarms = templates.prod.findResources('AWS::CloudWatch::Alarm');
  expect(Object.keys(alarms)).toHaveLength(2 * dynamoNames.length);
  const orders = Object.values(alarms).find(
    (one) => one.Properties.AlarmName === 'ecommerce-prod-ecommerce-orders-throttled',
  );
  const text = JSON.stringify(orders);
  for (const index of ['by_user', 'work'])
    expect(text).toContain(`{"Name":"GlobalSecondaryIndexName","Value":"${index}"}`);
});

test('tables delete by the attribute that all services write', () => {
  const limited = synthesized('prod').filter(({ Properties: table }) => table.TimeToLiveSpecification);
  expect(limited).toHaveLength(dynamoNames.length - 1);
  for (const { Properties: table } of limited)
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expires_at', Enabled: true });
});
