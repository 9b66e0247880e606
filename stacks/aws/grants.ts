import type { Consumption, Publication, StoreUse, WorkloadFacts } from '../../services/platform/facts.ts';
import {
  type DynamoName,
  dynamoNames,
  type PostgresName,
  type SecretName,
  type TopicName,
  type WorkloadName,
} from '../../services/platform/names.ts';
import { type TableActions, tableActions } from './table-actions.ts';
import { tableDefinitions } from './table-definitions.ts';

/** One statement that allows something; IAM's own shape without its versions. */
export type Grant = {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** ARNs of what is granted; a stack resolves them at deploy, a test makes them up. */
export type Places = {
  readonly table: (name: DynamoName) => string;
  /** The customer key of a table, where it has one. */
  readonly tableKey: (name: DynamoName) => string | undefined;
  /** `rds-db` ARN of the login of a workload in a database. */
  readonly databaseLogin: (database: PostgresName, workload: WorkloadName) => string;
  readonly kafkaCluster: string;
  readonly topic: (name: TopicName) => string;
  readonly group: (name: string) => string;
  /** Which service's calls a key may serve: `dynamodb.ap-south-1.amazonaws.com`. */
  readonly dynamoEndpoint: string;
};

/** Everything that a workload may do, from its stores and topics; nothing in it names a kind of workload. */
export const grantsOf = (facts: WorkloadFacts, places: Places): readonly Grant[] => [
  ...facts.stores.flatMap((use) => storeGrants(facts.name, use, places)),
  ...keyGrants(facts.stores, places),
  ...kafkaGrants(facts.publishes, facts.consumes, places),
];

const isTable = (use: StoreUse): use is StoreUse & { readonly store: DynamoName } =>
  (dynamoNames as readonly string[]).includes(use.store);

function storeGrants(workload: WorkloadName, use: StoreUse, places: Places): readonly Grant[] {
  if (!isTable(use))
    return [
      {
        sid: sid(use.store, 'Login'),
        actions: ['rds-db:connect'],
        resources: [places.databaseLogin(use.store as PostgresName, workload)],
      },
    ];
  const { items, indexes }: TableActions = tableActions(workload, use.access, tableDefinitions[use.store]);
  const table = places.table(use.store);
  return [
    ...some(
      sid(use.store, 'Items'),
      items.map((action) => `dynamodb:${action}`),
      items.length > 0 ? [table] : [],
    ),
    ...some(
      sid(use.store, 'Indexes'),
      ['dynamodb:Query'],
      indexes.map((index) => `${table}/index/${index}`),
    ),
  ];
}

/** DynamoDB asks for the key with the caller's rights; straight to KMS the key stays closed. */
const keyGrants = (stores: readonly StoreUse[], places: Places): readonly Grant[] => {
  const keys = stores.filter(isTable).flatMap(({ store }) => places.tableKey(store) ?? []);
  return some('TableKeys', ['kms:Decrypt'], [...new Set(keys)]).map((grant) => ({
    ...grant,
    conditions: { StringEquals: { 'kms:ViaService': places.dynamoEndpoint } },
  }));
};

/**
 * What Kafka's IAM wants of a producer and a consumer
 * (https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html): an idempotent producer writes on the cluster too.
 */
export function kafkaGrants(
  publishes: readonly Publication[],
  consumes: readonly Consumption[],
  places: Pick<Places, 'kafkaCluster' | 'topic' | 'group'>,
): readonly Grant[] {
  if (publishes.length + consumes.length === 0) return [];
  const connect = ['kafka-cluster:Connect', ...(publishes.length > 0 ? ['kafka-cluster:WriteDataIdempotently'] : [])];
  return [
    { sid: 'KafkaConnect', actions: connect, resources: [places.kafkaCluster] },
    ...some(
      'KafkaPublish',
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      publishes.map((one) => places.topic(one.topic)),
    ),
    ...some(
      'KafkaRead',
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
      consumes.map((one) => places.topic(one.topic)),
    ),
    ...some(
      'KafkaGroup',
      ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
      consumes.map((one) => places.group(one.group)),
    ),
  ];
}

/** The secrets that the environments of workloads name. */
export const secretsOf = (workloads: readonly WorkloadFacts[]): readonly SecretName[] => [
  ...new Set(
    workloads.flatMap(({ environment }) =>
      Object.values(environment).flatMap((binding) => (binding.kind === 'secret' ? [binding.secret] : [])),
    ),
  ),
];

const some = (name: string, actions: readonly string[], resources: readonly string[]): readonly Grant[] =>
  resources.length > 0 ? [{ sid: name, actions, resources }] : [];

/** `ecommerce-orders`, `Items` → `EcommerceOrdersItems`: a Sid is letters and digits only. */
const sid = (store: string, what: string): string =>
  `${store.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}${what}`;
