import { expect, test } from 'vitest';
import type { PaymentEvent } from '../../services/order-service/clients.ts';
import { type OrderState, orderStates } from '../../services/order-service/order.ts';
import { isNew, type Verdict, verdictOf } from '../../services/order-service/payment-verdict.ts';
import { orderIn } from './orders.ts';

const types = ['authorized', 'declined', 'captured', 'capture_refused', 'voided', 'refunded'] as const;
const holder = 'pay_01890a5d-ac96-774b-bcce-b302099a8057';

test('an authorised attempt is never left without a verdict, whoever it is and whatever the state', () => {
  for (const state of orderStates)
    for (const payment_id of [holder, 'pay_of_somebody_else'])
      expect(verdictOf(orderIn(state), { payment_id, type: 'authorized' }), `${state} ${payment_id}`).not.toBe('none');
});

test('the verdict for the holder is a function of the state alone', () => {
  const capturing: Partial<Record<OrderState, Verdict>> = {
    CAPTURING: 'capture',
    PAID: 'capture',
    REFUND_PENDING: 'capture',
    REFUNDED: 'capture',
  };
  for (const state of orderStates)
    expect(verdictOf(orderIn(state), { payment_id: holder, type: 'authorized' }), state).toBe(
      capturing[state] ?? 'void',
    );
  for (const type of types.slice(1))
    expect(verdictOf(orderIn('PAID'), { payment_id: holder, type }), type).toBe('none');
  for (const type of ['captured', 'capture_refused'] as const)
    expect(verdictOf(orderIn('VOIDING'), { payment_id: holder, type })).toBe('void');
});

test('an attempt that does not hold the order gives back whatever it took', () => {
  for (const state of orderStates)
    for (const type of types)
      expect(verdictOf(orderIn(state), { payment_id: 'pay_other', type }), `${state} ${type}`).toBe(
        type === 'authorized' || type === 'captured' ? 'void' : 'none',
      );
});

test('only a later event of the holder is new', () => {
  const event = (change: Partial<PaymentEvent>): PaymentEvent => ({
    event_id: 'e',
    payment_id: holder,
    order_id: 'o',
    seq: 5,
    type: 'captured',
    amount_minor: 1,
    currency: 'INR',
    occurred_at: '2026-01-01T00:00:00.000Z',
    ...change,
  });
  const seen = orderIn('CAPTURING');
  const order = { ...seen, holder: { payment_id: holder, lease_until: 0, state: 'authorized' as const, seq: 5 } };
  expect([4, 5, 6].map((seq) => isNew(order, event({ seq })))).toEqual([false, false, true]);
  expect(isNew(order, event({ seq: 6, payment_id: 'pay_other' }))).toBe(false);
});
