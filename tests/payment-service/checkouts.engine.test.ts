import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import { freshKey, startWorld, type World } from './world.ts';

/** 5 % of the 10,000 checkouts of a release. */
const checkouts = 500;
const atOnce = 6;

const plan = fc.record({
  token: fc.oneof(
    { weight: 6, arbitrary: fc.constant('pm_ok') },
    { weight: 1, arbitrary: fc.constantFrom('pm_declined', 'pm_capture_refused') },
    { weight: 3, arbitrary: fc.constantFrom('pm_twice', 'pm_unknown') },
  ),
  sends: fc.array(fc.record({ replica: fc.integer({ min: 0, max: 1 }), afterMs: fc.integer({ min: 0, max: 30 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  /** Which send comes from another tab, with a key of its own. */
  otherTab: fc.oneof(
    { weight: 7, arbitrary: fc.constant(-1) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 4 }) },
  ),
  /** After how many milliseconds the first send loses its answer. */
  lostAfterMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(-1) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }) },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

let world: World;
let urls: readonly string[];
beforeAll(async () => {
  world = await startWorld();
  urls = await Promise.all([world.startService(), world.startService()].map(async (one) => (await one).url));
});
afterAll(() => world.close());

async function checkOut({ token, sends, otherTab, lostAfterMs }: Plan): Promise<string> {
  const user = newId('user');
  const order = world.orders.place(user);
  const keys = [freshKey(), freshKey()] as const;
  const keyOf = (index: number) => keys[index === otherTab ? 1 : 0];
  const url = (replica: number) => urls[replica] ?? '';
  const lost = async (key: string) => {
    const headers = { authorization: `Bearer ${await world.identities.user(user)}`, 'idempotency-key': key };
    await fetch(`${url(0)}/payments`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ order_id: order.order_id, payment_method_token: token }),
      signal: AbortSignal.timeout(lostAfterMs),
    }).catch(() => {});
  };
  await Promise.all([
    ...(lostAfterMs > 0 ? [lost(keys[0])] : []),
    ...sends.map(async ({ replica, afterMs }, index) => {
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await world.pay(url(replica), user, order.order_id, token, keyOf(index));
    }),
  ]);
  for (let tries = 0; ; tries += 1) {
    const last = await world.pay(url(tries % 2), user, order.order_id, token, keyOf(0));
    const isFinal = last.status !== 202 && last.body.code !== 'request_in_progress';
    if (isFinal || tries > 60) return `${last.status} ${order.state}`;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test('no checkout is charged twice, however often and from however many tabs it is sent, whatever the provider does', {
  timeout: 300_000,
}, async () => {
  const seed = Date.now() % 1_000_000_000;
  process.stdout.write(`checkout seed ${seed}\n`);
  const plans = fc.sample(plan, { seed, numRuns: checkouts });
  const ends = new Map<string, number>();
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let mine = plans[next++]; mine; mine = plans[next++]) {
        const end = await checkOut(mine);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await world.atRest(60_000);
  const ledger = await world.ledger();
  const charged = new Map<string, number>();
  for (const one of ledger)
    if (one.kind === 'capture' && one.state === 'succeeded')
      charged.set(one.order_id, (charged.get(one.order_id) ?? 0) + 1);
  const twice = [...charged.values()].filter((count) => count > 1).length;
  process.stdout.write(
    `${checkouts} checkouts in ${seconds.toFixed(0)} s, ${charged.size} charged, ${twice} charged twice: ${JSON.stringify([...ends])}\n`,
  );
  expect(twice).toBe(0);
  expect(charged.size).toBeGreaterThan(checkouts / 2);
  expect(moneyViolations(ledger, await world.items(), [...world.orders.orders.values()])).toEqual([]);
});

test('200 requests with one key over two replicas make one attempt, and every 201 is the same bytes', async () => {
  const user = newId('user');
  const order = world.orders.place(user);
  const key = freshKey();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => world.pay(urls[index % 2] ?? '', user, order.order_id, 'pm_ok', key)),
  );
  await world.atRest();
  const done = await world.pay(urls[0] ?? '', user, order.order_id, 'pm_ok', key);
  expect(done.status).toBe(201);
  const paid = answers.filter(({ status }) => status === 201);
  expect(new Set([done.text, ...paid.map(({ text }) => text)]).size).toBe(1);
  expect([...new Set(answers.filter(({ status }) => status !== 201).map(({ status }) => status))].sort()).toEqual(
    paid.length === 200 ? [] : [409],
  );
  expect(await world.attempts(order.order_id)).toHaveLength(1);
  expect((await world.ledger(order.order_id)).map((one) => one.kind)).toEqual(['authorize', 'capture']);
});
