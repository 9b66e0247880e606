import { expect, test } from 'vitest';
import { moneyViolations } from './checks.ts';
import type { Item, LedgerOperation } from './world.ts';

const operation = (kind: string, key: string, more: Partial<LedgerOperation> = {}): LedgerOperation => ({
  key,
  kind,
  state: 'succeeded',
  reference: 'auth_pay_1',
  order_id: 'ord_1',
  amount_minor: 100,
  times_asked: 1,
  ...more,
});
const authorize = operation('authorize', 'pay_1');
const capture = operation('capture', 'cap:pay_1');
const refund = operation('refund', 'ref:ord_1:1');
const meta: Item = { pk: 'PAY#pay_1', sk: 'META', state: 'captured', order_id: 'ord_1', record_id: 'key' };
const record: Item = { pk: 'IDEM#key', sk: 'META', state: 'done' };
const lock: Item = { pk: 'ORDER#ord_1', sk: 'ACTIVE', payment_id: 'pay_1' };
const items = [meta, record, lock];
const order = (state: string) => [{ order_id: 'ord_1', state }];

test('a sound history has no violation', () => {
  expect(moneyViolations([authorize, capture], items, order('paid'))).toEqual([]);
});

const histories: readonly (readonly [
  bug: string,
  ledger: readonly LedgerOperation[],
  items: readonly Item[],
  state: string,
  says: RegExp,
])[] = [
  ['a second capture', [authorize, capture, operation('capture', 'cap:2')], items, 'paid', /captured 2 times/],
  ['paid without a capture', [authorize], items, 'paid', /paid with 0 captures/],
  ['a capture kept for a cancelled order', [authorize, capture], items, 'cancelled', /keeps 100/],
  [
    'more refunded than captured',
    [authorize, capture, refund, { ...refund, key: 'r2' }],
    items,
    'refunded',
    /200 refunded of 100/,
  ],
  ['an authorisation left open', [authorize], items, 'cancelled', /ended 0 times/],
  [
    'an authorisation captured and voided',
    [authorize, capture, operation('void', 'v')],
    items,
    'paid',
    /ended 2 times/,
  ],
  [
    'refunds accepted above the capture',
    [authorize, capture],
    [...items, { pk: 'PAY#pay_1', sk: 'REFUND#1', state: 'succeeded', amount: { amount_minor: 101 } }],
    'paid',
    /refunds of 101 accepted/,
  ],
  ['work left', [authorize, capture], [{ ...meta, work_pk: 'W#1' }, record, lock], 'paid', /still has work/],
  [
    'attention needed',
    [authorize, capture],
    [{ ...meta, needs_attention: 'stuck' }, record, lock],
    'paid',
    /needs attention/,
  ],
  [
    'a key without an answer',
    [authorize, capture],
    [meta, { ...record, state: 'running' }, lock],
    'paid',
    /without a final answer/,
  ],
  ['a lock that is gone', [authorize, capture], [meta, record], 'paid', /lock gone/],
  ['an order under way', [authorize, capture], items, 'capturing', /still capturing/],
];

test.for(histories)('the check catches %s', ([, ledger, planted, state, says]) => {
  expect(moneyViolations(ledger, planted, order(state)).join('\n')).toMatch(says);
});
