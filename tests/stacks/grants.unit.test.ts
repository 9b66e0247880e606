import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DynamoName, dynamoNames } from '../../services/platform/names.ts';
import { platform, workloads } from '../../services/platform/platform.ts';
import { type Grant, grantsOf, type Places } from '../../stacks/aws/grants.ts';
import { tableActions } from '../../stacks/aws/table-actions.ts';
import { tableDefinitions } from '../../stacks/aws/table-definitions.ts';
import { environmentNames } from '../../stacks/environments.ts';
import { grantExceptions, lambdaRights } from './grant-exceptions.ts';
import { recordedCalls } from './recorded-calls.ts';

/** Places that are called like what is there. */
const places: Places = {
  table: (name) => name,
  tableKey: () => 'key',
  databaseLogin: (database) => database,
  kafkaCluster: 'kafka',
  topic: (name) => name,
  group: () => 'group',
  dynamoEndpoint: 'dynamodb',
};

const pairs = (service: string, grants: readonly Grant[]): string[] =>
  grants.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => `${service}: ${action} on ${resource}`)),
  );
/** The stack Notifier lets the function send as the shop; what else its role may do is below. */
const mail = 'notification-lambda: ses:SendEmail on email';
const granted = [...workloads(platform).flatMap((facts) => pairs(facts.name, grantsOf(facts, places))), mail];
const recorded = recordedCalls.map(
  ({ service, action, resource }) =>
    `${service}: ${action.includes(':') ? action : `dynamodb:${action}`} on ${resource}`,
);
const excepted = grantExceptions.map((one) => `${one.service}: ${one.action} on ${one.resource}`);

const unused = (all: readonly string[]) => all.filter((one) => !recorded.includes(one) && !excepted.includes(one));
const missing = (all: readonly string[]) => [...recorded, ...excepted].filter((one) => !all.includes(one));

type Statement = { readonly Action: string | readonly string[] };
type Resource = {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument?: { readonly Statement: readonly Statement[] } };
};

/** Every action of every policy of the stack Notifier: its one role is the function's. */
function actionsOfFunction(environment: string): readonly string[] {
  const file = join(import.meta.dirname, `../../stacks/snapshots/${environment}/Notifier.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Readonly<Record<string, Resource>> };
  const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
  return policies.flatMap(({ Properties }) =>
    (Properties.PolicyDocument?.Statement ?? []).flatMap(({ Action }) => Action),
  );
}

describe('what a role may do', () => {
  test('is what its code was seen to do, but for exceptions with a reason: none unused, none missing', () => {
    expect({ unused: unused(granted), missing: missing(granted) }).toEqual({ unused: [], missing: [] });
  });

  test('would be refused here with one action more, and with one less', () => {
    const more = 'api-gateway: dynamodb:PutItem on ecommerce-sessions';
    expect(unused([...granted, more])).toEqual([more]);
    expect(missing(granted.filter((one) => one !== 'api-gateway: dynamodb:GetItem on ecommerce-sessions'))).toEqual([
      'api-gateway: dynamodb:GetItem on ecommerce-sessions',
    ]);
  });

  test('needs an exception only where nobody saw it', () => {
    expect(excepted.filter((one) => recorded.includes(one))).toEqual([]);
    expect(new Set(excepted).size).toBe(excepted.length);
  });

  test.each(environmentNames)(
    'is all that the role of the function has in the template of %s, beside what Lambda does in its name',
    (environment) => {
      const actions = actionsOfFunction(environment);
      const seen = [...recorded, ...excepted]
        .filter((one) => one.startsWith('notification-lambda: '))
        .map((one) => one.split(' ')[1] ?? '');
      const wanted = [...new Set([...seen, ...Object.values(lambdaRights).flat()])];
      expect(actions.filter((one) => !wanted.includes(one))).toEqual([]);
      expect(wanted.filter((one) => !actions.includes(one))).toEqual([]);
    },
  );

  test('never names everything, nor a whole service', () => {
    const grants = workloads(platform).flatMap((facts) => grantsOf(facts, places));
    expect(grants.flatMap((one) => [...one.actions, ...one.resources]).filter((one) => one.includes('*'))).toEqual([]);
  });

  test('never goes beyond the access that its service.ts declares', () => {
    expect(() => tableActions('order-service', 'read', tableDefinitions['ecommerce-carts'])).toThrow(/PutItem/);
    expect(() => tableActions('payment-service', 'write', tableDefinitions['ecommerce-payments'])).toThrow(/work/);
  });

  test('is the whole of its access for a workload of which nothing was recorded', () => {
    const { items, indexes } = tableActions('product-service', 'read', tableDefinitions['ecommerce-orders']);
    expect({ items, indexes }).toEqual({ items: ['GetItem', 'Query'], indexes: ['by_user', 'work'] });
  });

  test('opens keys by way of DynamoDB only, and none where a table has no customer key', () => {
    const facts = platform.services['payment-service'];
    const keys = (grants: readonly Grant[]) => grants.filter((one) => one.actions.includes('kms:Decrypt'));
    expect(keys(grantsOf(facts, places))).toEqual([
      {
        sid: 'TableKeys',
        actions: ['kms:Decrypt'],
        resources: ['key'],
        conditions: { StringEquals: { 'kms:ViaService': 'dynamodb' } },
      },
    ]);
    expect(keys(grantsOf(facts, { ...places, tableKey: () => undefined }))).toEqual([]);
  });

  test('has tables called as their definitions are', () => {
    const wrong = dynamoNames.filter((name: DynamoName) => tableDefinitions[name].name !== name);
    expect(wrong).toEqual([]);
  });
});
