import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextAction } from '../../services/order-service/next-action.ts';
import { isFinal, type Order, type OrderState, orderStates } from '../../services/order-service/order.ts';
import type { OrderFact } from '../../services/order-service/order-fact.ts';
import { transition } from '../../services/order-service/transition.ts';
import { orderIn } from './orders.ts';

/** One fact of each type, as its happy form. */
const facts = {
  stock_held: { type: 'stock_held', expiresAt: 901_000 },
  stock_refused: { type: 'stock_refused', shortages: [] },
  cancel_asked: { type: 'cancel_asked', note: undefined },
  stock_released: { type: 'stock_released' },
  hold_expired: { type: 'hold_expired' },
  lease_granted: { type: 'lease_granted', paymentId: 'pay_2', until: 61_000, holdUntil: 661_000 },
  hold_not_extended: { type: 'hold_not_extended' },
  authorized: { type: 'authorized', seq: 1, committed: true },
  not_paid: { type: 'not_paid', seq: 1, how: 'declined' },
  captured: { type: 'captured', seq: 2 },
  capture_refused: { type: 'capture_refused', seq: 2 },
  money_back: { type: 'money_back', seq: 3, how: 'voided' },
  stock_undone: { type: 'stock_undone' },
  refund_asked: { type: 'refund_asked', note: undefined },
  refunded: { type: 'refunded', seq: 4, refundId: 'ref:1', amountMinor: 10_000 },
  stock_returned: { type: 'stock_returned' },
  chore_done: { type: 'chore_done', chore: 'release_stock' },
} as const satisfies Record<OrderFact['type'], OrderFact>;

/** Where each fact leads from each state; what is not listed is refused. The table of order-flow, section 1. */
const moves: Partial<Record<`${OrderState} ${OrderFact['type']}`, OrderState>> = {
  'CREATED stock_held': 'AWAITING_PAYMENT',
  'CREATED stock_refused': 'REJECTED',
  'CREATED cancel_asked': 'CREATED',
  'AWAITING_PAYMENT cancel_asked': 'AWAITING_PAYMENT',
  'AWAITING_PAYMENT hold_expired': 'EXPIRED',
  'AWAITING_PAYMENT hold_not_extended': 'EXPIRED',
  'AWAITING_PAYMENT lease_granted': 'PAYING',
  'PAYING cancel_asked': 'PAYING',
  'PAYING authorized': 'CAPTURING',
  'PAYING not_paid': 'AWAITING_PAYMENT',
  'PAYING captured': 'VOIDING',
  'PAYING capture_refused': 'VOIDING',
  'PAYING money_back': 'VOIDING',
  'CAPTURING cancel_asked': 'CAPTURING',
  'CAPTURING captured': 'PAID',
  'CAPTURING capture_refused': 'VOIDING',
  'CAPTURING money_back': 'VOIDING',
  'VOIDING money_back': 'VOIDING',
  'VOIDING stock_undone': 'CANCELLED',
  'PAID cancel_asked': 'REFUND_PENDING',
  'PAID refund_asked': 'REFUND_PENDING',
  'PAID refunded': 'REFUND_PENDING',
  'REFUND_PENDING refunded': 'REFUND_PENDING',
};

const moved = (order: Order, fact: OrderFact): Order => {
  const result = transition(order, fact, 5_000);
  if (result.kind === 'refused') throw new Error(`${order.state} refuses ${fact.type}`);
  return result.order;
};

describe('transitions of an order', () => {
  test('every state answers every fact exactly as the table of the design says', () => {
    let pairs = 0;
    for (const state of orderStates)
      for (const fact of Object.values(facts)) {
        const result = transition(orderIn(state), fact, 5_000);
        const wanted = moves[`${state} ${fact.type}`];
        expect(result.kind === 'moved' ? result.order.state : 'refused', `${state} ${fact.type}`).toBe(
          wanted ?? 'refused',
        );
        pairs += 1;
      }
    expect(pairs).toBe(orderStates.length * Object.keys(facts).length);
  });

  test('a cancellation that was asked for wins over a hold, an authorisation and a decline', () => {
    const asked = { cancel_requested: true };
    expect(moved(orderIn('CREATED', asked), facts.stock_held).state).toBe('CANCELLED');
    expect(moved(orderIn('CREATED', asked), facts.stock_refused).state).toBe('CANCELLED');
    expect(moved(orderIn('PAYING', asked), facts.authorized).state).toBe('VOIDING');
    expect(moved(orderIn('PAYING', asked), facts.not_paid).state).toBe('CANCELLED');
    expect(transition(orderIn('AWAITING_PAYMENT', asked), facts.lease_granted, 0).kind).toBe('refused');
  });

  test('a payment that is captured after a cancellation was asked for is announced and then refunded', () => {
    const result = transition(orderIn('CAPTURING', { cancel_requested: true }), facts.captured, 5_000);
    expect(result).toMatchObject({ kind: 'moved', announce: 'order.paid' });
    if (result.kind === 'moved') {
      expect(result.order.state).toBe('REFUND_PENDING');
      expect(result.order.refund).toEqual({
        refund_id: 'ref:ord_01890a5d-ac96-774b-bcce-b302099a8057:1',
        amount_minor: 10_000,
        confirmed: false,
      });
    }
  });

  test('the third decline ends the order and gives the stock back', () => {
    let order = orderIn('PAYING');
    order = moved(order, facts.not_paid);
    expect([order.state, order.closed_payment_ids.length]).toEqual(['AWAITING_PAYMENT', 1]);
    order = moved(moved(order, facts.lease_granted), facts.not_paid);
    expect(order.state).toBe('AWAITING_PAYMENT');
    order = moved(moved(order, facts.lease_granted), facts.not_paid);
    expect([order.state, order.chores]).toEqual(['CANCELLED', ['release_stock']]);
    expect(nextAction(order)?.action).toBe('release_stock');
  });

  test('an abandoned attempt is not a decline', () => {
    const order = moved(orderIn('PAYING'), { type: 'not_paid', seq: 0, how: 'abandoned' });
    expect([order.state, order.declines]).toEqual(['AWAITING_PAYMENT', 0]);
  });

  test('stock that was lost before the authorisation voids the payment', () => {
    expect(moved(orderIn('PAYING'), { type: 'authorized', seq: 1, committed: false }).state).toBe('VOIDING');
  });

  test('a partial refund leaves the order paid, and refunds never exceed the total', () => {
    const partly = moved(orderIn('PAID'), { ...facts.refunded, amountMinor: 4_000 });
    expect([partly.state, partly.refunded_minor]).toEqual(['PAID', 4_000]);
    expect(transition(partly, { ...facts.refunded, amountMinor: 6_001 }, 0).kind).toBe('refused');
    const rest = moved(partly, facts.cancel_asked);
    expect(rest.refund?.amount_minor).toBe(6_000);
  });

  test('a refund ends only after the money is confirmed and the stock is back', () => {
    expect(transition(orderIn('REFUND_PENDING'), facts.stock_returned, 0).kind).toBe('refused');
    const confirmed = moved(orderIn('REFUND_PENDING'), facts.refunded);
    expect(nextAction(confirmed)?.action).toBe('return_stock');
    expect(moved(confirmed, facts.stock_returned).state).toBe('REFUNDED');
  });

  test('whatever happens in whatever order: versions and event numbers have no gap, and a final state is left by nothing', () => {
    const anyFact = fc.constantFrom(
      ...Object.values<OrderFact>(facts),
      { type: 'authorized', seq: 1, committed: false } as const,
      { type: 'not_paid', seq: 1, how: 'abandoned' } as const,
      { type: 'refunded', seq: 5, refundId: 'ref:other', amountMinor: 2_500 } as const,
    );
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 30 }), (story) => {
        let order = orderIn('CREATED');
        for (const fact of story) {
          const before = order;
          const result = transition(order, fact, 5_000);
          if (result.kind === 'refused') continue;
          order = result.order;
          expect(order.version).toBe(before.version + 1);
          expect(order.seq).toBe(before.seq + (result.announce ? 1 : 0));
          expect(order.refunded_minor).toBeLessThanOrEqual(order.total_minor);
          if (isFinal(before.state)) expect([fact.type, order.state]).toEqual(['chore_done', before.state]);
          if (order.state !== before.state && order.state !== 'PAYING' && order.state !== 'CAPTURING')
            expect(order.state === 'CANCELLED' && before.state === 'CAPTURING').toBe(false);
        }
      }),
      { numRuns: 20_000, verbose: true },
    );
  });

  test('an order that is not final and not paid always has a next action', () => {
    for (const state of orderStates)
      if (!isFinal(state) && state !== 'PAID')
        expect(nextAction(orderIn(state)), state).toMatchObject({ at: expect.any(Number) });
  });
});
