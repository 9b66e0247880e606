import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finalAnswer } from '../../services/payment-service/answers.ts';
import { entrance, paymentEvents } from '../../services/payment-service/attempt-state.ts';
import { acknowledged, change } from '../../services/payment-service/change.ts';
import { type Change, hasWork, type Payment, type Refund } from '../../services/payment-service/payment.ts';
import { refundAccepted, refundSettled } from '../../services/payment-service/refund.ts';
import { attempt } from './attempts.ts';

type Move =
  | { readonly kind: 'event'; readonly event: (typeof paymentEvents)[number] }
  | { readonly kind: 'told'; readonly verdict: 'capture' | 'void' | 'none' }
  | { readonly kind: 'refund'; readonly amount: number }
  | { readonly kind: 'settle'; readonly state: 'succeeded' | 'refused' };

const captured = 1_000;
const lifeEvents = paymentEvents.filter((event) => !event.startsWith('verdict') && !event.startsWith('refund'));
const moves = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('event' as const), event: fc.constantFrom(...lifeEvents) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('told' as const),
        verdict: fc.constantFrom('capture' as const, 'void' as const, 'none' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('refund' as const), amount: fc.integer({ min: 1, max: 700 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        state: fc.constantFrom('succeeded' as const, 'succeeded' as const, 'refused' as const),
      }),
    },
  ),
  { maxLength: 60 },
);

function step(payment: Payment, refunds: readonly Refund[], move: Move, at: number): Change | string {
  switch (move.kind) {
    case 'event':
      return change(payment, move.event, at, {
        ...(move.event === 'lease_granted' ? { amount: { amount_minor: captured, currency: 'INR' } } : {}),
      });
    case 'told':
      return payment.delivered_seq < payment.seq ? acknowledged(payment, move.verdict, at) : 'nothing to tell';
    case 'refund':
      return refundAccepted(payment, { id: `r${at}`, amount: { amount_minor: move.amount, currency: 'INR' } }, at);
    case 'settle': {
      const pending = refunds.find((one) => one.state === 'pending');
      return pending ? refundSettled(payment, pending, move.state, at) : 'nothing pending';
    }
    default:
      return move satisfies never;
  }
}

test('whatever happens in whatever order, refunds stay within the capture, callbacks are numbered without gap, answers come once', () => {
  const seed = Date.now() % 1_000_000_000;
  process.stdout.write(`attempt seed ${seed}\n`);
  const runs = 20_000;
  const seen = new Set<string>();
  const story = fc.property(moves, (told) => {
    let payment = attempt();
    const refunds = new Map<number, Refund>();
    let callbacks = 0;
    let answers = 0;
    for (const [at, move] of told.entries()) {
      const made = step(payment, [...refunds.values()], move, at);
      if (typeof made === 'string') continue;
      if (made.before !== payment) throw new Error('a change of another attempt');
      if (made.after.version !== payment.version + 1) throw new Error('a change without a new version');
      if (made.callback && made.callback.seq !== ++callbacks) throw new Error('a gap between callbacks');
      if (made.after.seq !== callbacks) throw new Error('a callback that is not counted');
      if (made.refund) refunds.set(made.refund.number, made.refund);
      if (finalAnswer(made)) answers += 1;
      if (Boolean(made.frees) !== (made.after.state !== payment.state && Boolean(entrance(made.after.state).frees)))
        throw new Error('the lock is not freed with the end');
      payment = made.after;
      seen.add(payment.state);
      const all = [...refunds.values()];
      const total = all.reduce((sum, one) => sum + one.amount.amount_minor, 0);
      if (total > captured || total !== payment.refunded_minor) throw new Error(`${total} refunded of ${captured}`);
      if (payment.pending_refunds !== all.filter((one) => one.state === 'pending').length)
        throw new Error('pending refunds are miscounted');
      if (payment.state !== 'initiated' && payment.state !== 'authorizing' && payment.payment_method_token)
        throw new Error('the token outlived its use');
      if (payment.state === 'refunded' && (total !== captured || all.some((one) => one.state !== 'succeeded')))
        throw new Error('refunded without the money');
    }
    if (answers > 1) throw new Error(`${answers} final answers`);
    const isOver = ['declined', 'abandoned', 'voided', 'refunded'].includes(payment.state);
    if (isOver && payment.delivered_seq === payment.seq && hasWork(payment)) throw new Error('work after the end');
  });
  fc.assert(story, { seed, numRuns: runs });
  // A state that few stories reach may be missing by chance: more stories, not fewer states.
  for (let more = 1; seen.size < 11 && more <= 60; more += 1) fc.assert(story, { seed: seed + more, numRuns: runs });
  expect(seen.size).toBe(11);
});

test('a verdict to void a captured payment refunds what is left of it, under an id of its own', () => {
  const before = attempt({
    state: 'captured',
    amount: { amount_minor: 1_000, currency: 'INR' },
    refunded_minor: 300,
    refund_count: 1,
    seq: 2,
    delivered_seq: 1,
  });
  const made = acknowledged(before, 'void', 0);
  if (made === 'illegal') throw new Error('illegal');
  expect(made.after).toMatchObject({ state: 'refunding', delivered_seq: 2, refunded_minor: 1_000, pending_refunds: 1 });
  expect(made.refund).toMatchObject({ refund_id: 'ref:pay_1:2', amount: { amount_minor: 700, currency: 'INR' } });
});

test('no verdict on an authorised attempt is not taken for one', () => {
  const amount = { amount_minor: 1_000, currency: 'INR' };
  expect(acknowledged(attempt({ state: 'authorized', amount, seq: 1 }), 'none', 0)).toBe('illegal');
});

test('a refund that the provider refuses for good keeps its share and asks for a person', () => {
  const amount = { amount_minor: 1_000, currency: 'INR' };
  const accepted = refundAccepted(attempt({ state: 'captured', amount }), { id: 'r', amount }, 0);
  if (typeof accepted === 'string') throw new Error(accepted);
  const settled = refundSettled(accepted.after, accepted.refund, 'refused', 0);
  expect(settled.after).toMatchObject({ state: 'refunding', refunded_minor: 1_000, needs_attention: 'refund_refused' });
  expect(settled.callback).toBeUndefined();
  expect(hasWork(settled.after)).toBe(false);
});
