import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import type { DoubleOrder } from './order-double.ts';
import { eventually } from './processes.ts';
import { type Answer, freshKey, startWorld, type World } from './world.ts';

/** Each point where a process is killed, and what must become of the order; the rows are those of the fault matrix. */
const rows = [
  { row: 'Y1', point: 'before_attempt', token: 'pm_ok', end: 'paid' },
  { row: 'Y2', point: 'after_attempt', token: 'pm_ok', end: 'paid' },
  { row: 'Y4', point: 'after_lease', token: 'pm_ok', end: 'paid' },
  { row: 'Y7', point: 'after_authorize', token: 'pm_ok', end: 'paid' },
  { row: 'Y7 declined', point: 'after_authorize', token: 'pm_declined', end: 'awaiting_payment' },
  { row: 'Y8', point: 'after_authorized_written', token: 'pm_ok', end: 'paid' },
  { row: 'Y9', point: 'after_callback', token: 'pm_ok', end: 'paid' },
  { row: 'Y12', point: 'after_capture', token: 'pm_ok', end: 'paid' },
  { row: 'Y12 refused', point: 'after_capture', token: 'pm_capture_refused', end: 'cancelled' },
  { row: 'Y13', point: 'after_captured_written', token: 'pm_ok', end: 'paid' },
  { row: 'Y18', point: 'after_refund', token: 'pm_ok', end: 'refunded' },
] as const;

type Story = {
  readonly order: DoubleOrder;
  readonly user: string;
  readonly key: string;
  /** How the process ended, and what another key was told after the restart. */
  readonly died: unknown;
  other?: Answer;
  refunded?: Answer;
  final?: Answer;
  seconds?: number;
};

let world: World;
let url: string;
const stories = new Map<string, Story>();
const refundKey = freshKey();

beforeAll(async () => {
  world = await startWorld();
  for (const { row, point, token } of rows) {
    const user = newId('user');
    const order = world.orders.place(user);
    const key = freshKey();
    const doomed = await world.startService(`payment.${point}:1:kill`);
    void world
      .call(
        doomed.url,
        'POST',
        '/payments',
        { authorization: `Bearer ${await world.identities.user(user)}`, 'idempotency-key': key },
        { order_id: order.order_id, payment_method_token: token },
      )
      .then(({ body }) =>
        point === 'after_refund' ? world.refund(doomed.url, String(body.payment_id), refundKey, {}) : undefined,
      )
      .catch(() => {});
    stories.set(row, { order, user, key, died: await doomed.exited });
  }

  ({ url } = await world.startService());
  const restarted = performance.now();
  await Promise.all(
    rows.map(async ({ row, point, token }) => {
      const story = stories.get(row);
      if (!story) return;
      const { user, order, key } = story;
      if (point !== 'before_attempt') story.other = await world.pay(url, user, order.order_id, 'pm_ok', freshKey());
      story.final = await eventually(
        () => world.pay(url, user, order.order_id, token, key),
        ({ status, body }) => status !== 202 && body.code !== 'request_in_progress',
        25_000,
      );
      if (point === 'after_refund')
        story.refunded = await world.refund(url, String(story.final.body.payment_id), refundKey, {});
      await eventually(
        () => world.attempts(order.order_id),
        (all) => all.length > 0 && all.every((one) => one.work_pk === undefined),
        25_000,
      );
      story.seconds = (performance.now() - restarted) / 1000;
    }),
  );
  const slowest = Math.max(...[...stories.values()].map((one) => one.seconds ?? Number.NaN));
  process.stdout.write(`${rows.length} killed processes: all definite ${slowest.toFixed(1)} s after the restart\n`);
}, 120_000);
afterAll(() => world.close());

test.for(rows)('killed at payment.$point ($row), the order is $end within 15 s of a restart', ({ row, end }) => {
  const story = stories.get(row);
  expect(story?.died).toBe('SIGKILL');
  expect(story?.order.state).toBe(end);
  expect(story?.seconds).toBeLessThan(15);
});

test('the retry of the same key gets the answer that was decided, again and again the same bytes', async () => {
  for (const { row, token } of rows) {
    const story = stories.get(row);
    if (!story) throw new Error(`${row} has no story`);
    const expected = { pm_ok: 201, pm_declined: 402, pm_capture_refused: 409 }[token];
    expect([row, story.final?.status]).toEqual([row, expected]);
    const again = await world.pay(url, story.user, story.order.order_id, token, story.key);
    expect([again.status, again.text]).toEqual([story.final?.status, story.final?.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  }
});

test('while the dead attempt holds the order, another key is refused (Y2)', () => {
  for (const { row, point } of rows)
    if (point !== 'before_attempt') expect([row, stories.get(row)?.other?.status]).toEqual([row, 409]);
});

test('one attempt, one authorisation, at most one capture and one refund came out of each crash', async () => {
  for (const { row } of rows) {
    const order = stories.get(row)?.order;
    expect(await world.attempts(order?.order_id)).toHaveLength(1);
    const kinds = (await world.ledger(order?.order_id)).map((one) => one.kind);
    expect([row, new Set(kinds).size]).toEqual([row, kinds.length]);
  }
  const orders = [...stories.values()].map((one) => one.order);
  expect(moneyViolations(await world.ledger(), await world.items(), orders)).toEqual([]);
});

test('the retried refund gets the refund that the order had fixed', () => {
  const story = stories.get('Y18');
  expect(story?.refunded?.status).toBe(201);
  expect(story?.refunded?.body).toMatchObject({
    refund_id: `ref:${story?.order.order_id}:1`,
    amount: story?.order.amount,
  });
});
