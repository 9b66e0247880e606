import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { TableDefinition } from '../../services/platform/facts.ts';
import { type DynamoName, dynamoNames, type WorkloadName } from '../../services/platform/names.ts';
import { type Platform, platform, workloads } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { stackName, tableName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { watchTable } from './table-alarms.ts';
import { tableDefinitions } from './table-definitions.ts';
import { tagService } from './tags.ts';

/** Lost markers of signed-out sessions cost one access token's five minutes; everything else is restored to the second. */
const notRestored: ReadonlySet<DynamoName> = new Set(['ecommerce-sessions']);

/** The DynamoDB tables, on demand, under one key. */
export class TablesStack extends Stack {
  readonly tables: Readonly<Record<DynamoName, TableV2>>;
  /** Who reads or writes a table needs this key too, by way of DynamoDB. */
  readonly key: Key;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Tables'), {
      env: { account: row.account, region: row.region },
      description: 'DynamoDB tables with the keys and indexes that the services declare',
    });
    this.key = encryptionKey(this, row, 'tables');
    const make = (name: DynamoName): TableV2 => {
      const definition = tableDefinitions[name];
      const owner = ownerOf(platform, name);
      const table = new TableV2(this, name, {
        ...tableProps(row, definition),
        encryption: TableEncryptionV2.customerManagedKey(this.key),
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: !notRestored.has(name) },
      });
      tagService(table, owner);
      watchTable(this, row, { table, definition, owner });
      return table;
    };
    this.tables = Object.fromEntries(dynamoNames.map((name) => [name, make(name)])) as Record<DynamoName, TableV2>;
  }
}

/** The one workload that creates and migrates a table; the vocabulary's rules hold that there is one. */
function ownerOf(of: Platform, table: DynamoName): WorkloadName {
  const owner = workloads(of).find((one) => one.stores.some((use) => use.store === table && use.access === 'own'));
  if (!owner) throw new Error(`Table ${table} has no owner; name one in a service.ts.`);
  return owner.name;
}

const attribute = ({ name, type }: TableDefinition['partitionKey']) => ({
  name,
  type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
});

const tableProps = (row: Environment, definition: TableDefinition) => ({
  tableName: tableName(row, definition.name),
  partitionKey: attribute(definition.partitionKey),
  sortKey: attribute(definition.sortKey),
  ...(definition.timeToLive === undefined ? {} : { timeToLiveAttribute: definition.timeToLive }),
  globalSecondaryIndexes: definition.indexes.map((index) => ({
    indexName: index.name,
    partitionKey: attribute(index.partitionKey),
    sortKey: attribute(index.sortKey),
    projectionType: ProjectionType[index.projection],
  })),
  billing: Billing.onDemand(),
  deletionProtection: row.retainData,
  removalPolicy: removalOf(row),
});
