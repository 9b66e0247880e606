import { Fn } from 'aws-cdk-lib/core';
import type { DynamoName } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { databaseUser, kafkaClusterName, tableName, topicName } from '../naming.ts';
import type { Places } from './grants.ts';

/** The parts of other stacks that grants point at. */
export type PlaceDependencies = {
  readonly database: { readonly server: { readonly resourceId: string } };
  readonly streaming: { readonly clusterArn: string };
  readonly tables: {
    readonly tables: Readonly<Record<DynamoName, { readonly encryptionKey?: { readonly keyArn: string } }>>;
  };
};

/** Where the tables are, and their keys. They have fixed names, so only the keys make a stack depend on theirs. */
export const tablePlaces = (
  row: Environment,
  { tables }: PlaceDependencies['tables'],
): Pick<Places, 'table' | 'tableKey' | 'dynamoEndpoint'> => ({
  table: (name) => `arn:aws:dynamodb:${row.region}:${row.account}:table/${tableName(row, name)}`,
  tableKey: (name) => tables[name].encryptionKey?.keyArn,
  dynamoEndpoint: `dynamodb.${row.region}.amazonaws.com`,
});

/** Topics and groups are named under the cluster with the part of its ARN that AWS makes up. */
export function kafkaPlaces(
  row: Environment,
  { clusterArn }: PlaceDependencies['streaming'],
): Pick<Places, 'kafkaCluster' | 'topic' | 'group'> {
  const below = (kind: 'topic' | 'group', name: string) =>
    `arn:aws:kafka:${row.region}:${row.account}:${kind}/${kafkaClusterName(row)}/${Fn.select(2, Fn.split('/', clusterArn))}/${name}`;
  return {
    kafkaCluster: clusterArn,
    topic: (name) => below('topic', topicName(row, name)),
    group: (name) => below('group', name),
  };
}

/** Everything that `grantsOf` may point at, in this environment. */
export const placesOf = (row: Environment, deps: PlaceDependencies): Places => ({
  ...tablePlaces(row, deps.tables),
  ...kafkaPlaces(row, deps.streaming),
  databaseLogin: (_, workload) =>
    `arn:aws:rds-db:${row.region}:${row.account}:dbuser:${deps.database.server.resourceId}/${databaseUser(workload)}`,
});
