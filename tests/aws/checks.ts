import { deepStrictEqual, ok } from 'node:assert/strict';
import { tables } from '../../bin/local/table-list.ts';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { serviceNames } from '../../services/platform/names.ts';
import type { Environment } from '../../stacks/environments.ts';
import { bucketName, functionName, repositoryName, tableName } from '../../stacks/naming.ts';
import { asking, elements } from './ask.ts';

type Check = { readonly name: string; readonly check: () => Promise<void> };

const keysOf = ({ partitionKey, sortKey }: Pick<TableDefinition, 'partitionKey' | 'sortKey'>) => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' },
  { AttributeName: sortKey.name, KeyType: 'RANGE' },
];

/** What the services of the emulator must answer after the deployment of an environment. */
export function checks(endpoint: string, row: Environment): readonly Check[] {
  const { json, query, get } = asking(endpoint, row.region);
  const dynamo = (action: string, body: unknown) => json('dynamodb', `DynamoDB_20120810.${action}`, body);

  const tableChecks = Object.values(tables).map((table: TableDefinition) => ({
    name: `table ${table.name} has the keys and indexes that its service uses`,
    async check() {
      const { Table } = await dynamo('DescribeTable', { TableName: tableName(row, table.name) });
      deepStrictEqual(Table.KeySchema, keysOf(table));
      type Index = { IndexName: string; KeySchema: unknown; Projection: { ProjectionType: string } };
      const indexes = (Table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }: Index) => ({
        name: IndexName,
        keys: KeySchema,
        projection: Projection.ProjectionType,
      }));
      deepStrictEqual(
        indexes,
        table.indexes.map((index) => ({ name: index.name, keys: keysOf(index), projection: index.projection })),
      );
      const used = [table, ...table.indexes].flatMap((one) => [one.partitionKey, one.sortKey]);
      const attributes = new Map(used.map(({ name, type }) => [name, type]));
      type Attribute = { AttributeName: string; AttributeType: string };
      deepStrictEqual(
        new Map(Table.AttributeDefinitions.map((one: Attribute) => [one.AttributeName, one.AttributeType])),
        attributes,
      );
    },
  }));

  const bucketChecks = ['images', 'documents', 'access-logs'].map((purpose) => ({
    name: `bucket ${bucketName(row, purpose)} is there and encrypted`,
    async check() {
      const encryption = await get('s3', `/${bucketName(row, purpose)}?encryption`);
      const expected = purpose === 'access-logs' ? 'AES256' : 'aws:kms';
      deepStrictEqual(elements(encryption, 'SSEAlgorithm'), [expected]);
    },
  }));

  return [
    ...tableChecks,
    ...bucketChecks,
    {
      name: 'the VPC has its range and three subnets of each kind, one in each zone',
      async check() {
        const version = { Version: '2016-11-15' };
        const filter = { 'Filter.1.Name': 'cidr', 'Filter.1.Value.1': row.vpcCidr };
        const [vpc = ''] = await query('ec2', { Action: 'DescribeVpcs', ...version, ...filter }, 'vpcId');
        ok(vpc.startsWith('vpc-'), 'no VPC has that range');
        const inVpc = { ...version, 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpc };
        const zones = await query('ec2', { Action: 'DescribeSubnets', ...inVpc }, 'availabilityZone');
        deepStrictEqual(
          zones.toSorted(),
          row.availabilityZones.flatMap((zone) => [zone, zone, zone]),
        );
        const state = await query('ec2', { Action: 'DescribeNatGateways', ...inVpc }, 'natGatewayId');
        deepStrictEqual(state.length, row.natGateways);
      },
    },
    {
      name: 'every service has a repository whose tags cannot be moved',
      async check() {
        const target = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories';
        const { repositories } = await json('ecr', target, {}, '1.1');
        type Repository = { repositoryName: string; imageTagMutability: string };
        for (const service of serviceNames) {
          const found = repositories.find((one: Repository) => one.repositoryName === repositoryName(service));
          deepStrictEqual(found?.imageTagMutability, 'IMMUTABLE', repositoryName(service));
        }
      },
    },
    {
      name: 'the notification function is there, with its handler, its runtime and its tables',
      async check() {
        const name = functionName(row, 'notification-lambda');
        const { Configuration } = JSON.parse(await get('lambda', `/2015-03-31/functions/${name}`));
        deepStrictEqual([Configuration.Handler, Configuration.Runtime], ['index.handler', 'nodejs24.x']);
        deepStrictEqual(Configuration.Environment.Variables.CONTACTS_TABLE, tableName(row, 'ecommerce-contacts'));
      },
    },
  ];
}
