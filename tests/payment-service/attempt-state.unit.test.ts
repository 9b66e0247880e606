import { expect, test } from 'vitest';
import { entrance, paymentEvents, paymentStates, transition } from '../../services/payment-service/attempt-state.ts';

/** Every state (row) with every event that moves it or means nothing to it; all other pairs are illegal. */
const table = Object.fromEntries(
  paymentStates.map((state) => [
    state,
    paymentEvents.flatMap((event) => {
      const next = transition(state, event);
      if (next.kind === 'illegal') return [];
      return next.kind === 'same' ? [event] : [`${event} → ${next.to}`];
    }),
  ]),
);

test('every pair of state and event is decided, and exactly these move an attempt', () => {
  const verdicts = ['verdict_capture', 'verdict_void', 'verdict_none'];
  expect(table).toEqual({
    initiated: ['lease_granted → authorizing', 'abandoned → abandoned'],
    authorizing: ['lease_granted', 'abandoned', 'authorized → authorized', 'declined → declined'],
    authorized: ['abandoned', 'authorized', 'verdict_capture → capturing', 'verdict_void → voiding'],
    capturing: [
      'abandoned',
      'captured → captured',
      'capture_refused → capture_refused',
      'verdict_capture',
      'verdict_void → voiding',
    ],
    captured: [
      'abandoned',
      'captured',
      'verdict_capture',
      'verdict_void → refunding',
      'verdict_none',
      'refund_accepted → refunding',
    ],
    capture_refused: ['abandoned', 'capture_refused', 'verdict_void → voiding', 'verdict_none → voiding'],
    declined: ['abandoned', 'declined', ...verdicts],
    abandoned: ['abandoned'],
    voiding: ['abandoned', 'captured → refunding', 'voided → voided', ...verdicts],
    voided: ['abandoned', 'voided', ...verdicts],
    refunding: ['abandoned', 'captured', ...verdicts, 'refund_accepted', 'refund_finished → refunded'],
    refunded: ['abandoned', ...verdicts, 'refund_accepted', 'refund_finished'],
  });
  process.stdout.write(`${paymentStates.length * paymentEvents.length} pairs of state and event decided\n`);
});

test('only an attempt that asked the provider for nothing can be abandoned', () => {
  const moves = paymentStates.filter((state) => transition(state, 'abandoned').kind === 'moved');
  expect(moves).toEqual(['initiated']);
  expect(paymentStates.map((state) => transition(state, 'abandoned').kind)).not.toContain('illegal');
});

test('money that was captured leaves only by a refund', () => {
  const after = paymentEvents.flatMap((event) => {
    const next = transition('captured', event);
    return next.kind === 'moved' ? [next.to] : [];
  });
  expect([...new Set(after)]).toEqual(['refunding']);
});

test('an order is free for another attempt exactly when this one can no longer charge it', () => {
  expect(paymentStates.filter((state) => entrance(state).frees)).toEqual([
    'declined',
    'abandoned',
    'voided',
    'refunded',
  ]);
});

test('a state without work of its own ends, or waits for the verdict on a callback it told', () => {
  const resting = paymentStates.filter((state) => !entrance(state).works);
  const ends = ['captured', 'declined', 'abandoned', 'voided', 'refunding', 'refunded'];
  for (const state of resting.filter((one) => !ends.includes(one))) expect(entrance(state).tells).toBe(state);
});
