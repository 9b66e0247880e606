import type { StoreUse, TableDefinition } from '../../services/platform/facts.ts';
import type { DynamoName, WorkloadName } from '../../services/platform/names.ts';

/** What IAM calls a request; a transaction is allowed by what its parts are. */
export type ItemAction = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

/** Actions on a table itself, and the indexes that are queried. */
export type TableActions = { readonly items: readonly ItemAction[]; readonly indexes: readonly string[] };

const reading = ['GetItem', 'Query'] as const;
const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'] as const;

/** The most that a kind of access may come to. Nobody scans, and nobody changes a table from a process. */
const widest = {
  read: reading,
  write: writing,
  own: [...reading, ...writing],
} as const satisfies Readonly<Record<StoreUse['access'], readonly ItemAction[]>>;

/**
 * What a workload's code in fact asks, where that is less than its kind of access: recorded in the end-to-end tests, which
 * refuse a line that is too long or too short (tests/stacks/least-privilege.e2e.test.ts). It can only narrow.
 */
export const asked: Readonly<Partial<Record<WorkloadName, Partial<Record<DynamoName, TableActions>>>>> = {
  'api-gateway': { 'ecommerce-sessions': { items: ['GetItem'], indexes: [] } },
  'user-service': {
    'ecommerce-sessions': { items: ['PutItem'], indexes: [] },
    'ecommerce-contacts': { items: ['PutItem', 'DeleteItem'], indexes: [] },
  },
  'order-service': {
    'ecommerce-orders': {
      items: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      indexes: ['by_user', 'work'],
    },
    'ecommerce-carts': { items: ['GetItem', 'PutItem'], indexes: [] },
    'ecommerce-notifications': { items: ['Query'], indexes: [] },
  },
  'payment-service': {
    'ecommerce-payments': { items: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'], indexes: ['work'] },
  },
  'notification-lambda': {
    'ecommerce-notifications': { items: ['GetItem', 'PutItem', 'UpdateItem'], indexes: [] },
    'ecommerce-contacts': { items: ['GetItem'], indexes: [] },
  },
};

/** What a workload may do with a table that it uses. Throws when `asked` would widen the access that its facts declare. */
export function tableActions(workload: WorkloadName, access: StoreUse['access'], table: TableDefinition): TableActions {
  const most: TableActions = {
    items: widest[access],
    indexes: access === 'write' ? [] : table.indexes.map((index) => index.name),
  };
  const narrowed = asked[workload]?.[table.name] ?? most;
  const beyond = [
    ...narrowed.items.filter((action) => !most.items.includes(action)),
    ...narrowed.indexes.filter((index) => !most.indexes.includes(index)),
  ];
  if (beyond.length > 0)
    throw new Error(
      `${workload} asks ${table.name} for ${beyond.join(', ')}, which "${access}" in its service.ts does not cover.`,
    );
  return narrowed;
}
