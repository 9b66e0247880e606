import { expect, test } from 'vitest';
import { callsOf } from '../harness/sdk-calls.ts';

test('a transaction is what its parts are, each on its own table', () => {
  expect(
    callsOf('TransactWriteItemsCommand', {
      TransactItems: [
        { Put: { TableName: 'orders' } },
        { Update: { TableName: 'orders' } },
        { Delete: { TableName: 'carts' } },
        { ConditionCheck: { TableName: 'users' } },
      ],
    }),
  ).toEqual([
    { action: 'PutItem', resource: 'orders' },
    { action: 'UpdateItem', resource: 'orders' },
    { action: 'DeleteItem', resource: 'carts' },
    { action: 'ConditionCheckItem', resource: 'users' },
  ]);
});

test('a query of an index asks for the index, not for the table', () => {
  expect(callsOf('QueryCommand', { TableName: 'orders', IndexName: 'by_user' })).toEqual([
    { action: 'Query', resource: 'orders/index/by_user' },
  ]);
  expect(callsOf('QueryCommand', { TableName: 'orders' })).toEqual([{ action: 'Query', resource: 'orders' }]);
});

test('a batch asks every table that it names', () => {
  expect(callsOf('BatchGetItemCommand', { RequestItems: { orders: {}, carts: {} } })).toEqual([
    { action: 'BatchGetItem', resource: 'orders' },
    { action: 'BatchGetItem', resource: 'carts' },
  ]);
});

test('a command without a table is not overlooked', () => {
  expect(() => callsOf('ListTablesCommand', {})).toThrow(/names no table/);
});
