import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderStatements, sqlFiles } from '../../analytics/job.ts';
import { readRows, summarise } from '../../analytics/results.ts';
import { differences, moneyIn } from './account.ts';
import { type Scenario, scenario } from './scenario.ts';
import { environment, type FlinkWorld, planOf, startFlinkWorld } from './world.ts';

const orders = process.env.SOAK ? 10_000 : 500;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`seed ${seed}`);

let flink: FlinkWorld;
let replayed: Scenario;
let results: string;
beforeAll(async () => {
  flink = await startFlinkWorld();
  replayed = await scenario(orders, seed);
  results = await flink.replay(replayed.topic);
}, 1_200_000);
afterAll(() => flink?.stop());

describe('a replay with repetitions, disorder, late and broken records', () => {
  test('every figure of every minute is that of the order table, and late events are the ones that came too late', () => {
    const { events, records, unparsable } = replayed;
    expect(differences(results, events, records, unparsable)).toEqual([]);
  });

  test('windows and late events together are, to the cent, what the orders say was paid and given back', () => {
    const money = new Map<string, { paid: bigint; refunded: bigint }>();
    for (const order of replayed.orders) {
      const sum = money.get(order.currency) ?? { paid: 0n, refunded: 0n };
      money.set(order.currency, sum);
      const captured = order.history.some(({ step }) => step === 'paid');
      if (captured) sum.paid += BigInt(order.total_minor);
      sum.refunded += BigInt(order.refunded_minor);
    }
    const expected = Object.fromEntries([...money].sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(moneyIn(results)).toEqual(expected);
    expect(Object.keys(expected)).toEqual(['EUR', 'INR', 'JPY', 'KWD']);
  });

  test('the scenario holds what it is there for', () => {
    const { events, records, unparsable } = replayed;
    expect(records.length).toBeGreaterThan((events.length + unparsable) * 1.02);
    expect(readRows(results, 'late_events').length).toBeGreaterThan(events.length * 0.005);
    expect(readRows(results, 'refunds_per_minute').some((row) => row.refund_minor > 0)).toBe(true);
    expect(readRows(results, 'top_products').some((row) => row.rank === 10)).toBe(true);
    const summary = summarise(results);
    expect(summary.onTime + summary.late).toBe(events.length);
    expect(summary.unparsable).toBe(unparsable);
    expect(summary.lateShare).toBeCloseTo(summary.late / events.length, 10);
  });
});

test('the topics are read once and events are compared once, for all results together', async () => {
  const plan = await planOf(flink.endpoint, renderStatements(environment(replayed.topic, flink.folder())));
  // The watermark is made where the partitions are read, so that each has its own.
  expect(
    plan.match(/TableSourceScan\(table=\[\[default_catalog, default_database, records,.*watermark=\[/g),
  ).toHaveLength(1);
  expect(plan.match(/Deduplicate\(/g)).toHaveLength(1);
});

type Bug = {
  readonly bug: string;
  /** In this file this text is replaced by that. */
  readonly file: string;
  readonly text: string | RegExp;
  readonly instead: string;
  /** How the sentence begins that tells it. */
  readonly told: string;
};

const planted = (bugs: readonly Bug[]) =>
  sqlFiles().map((one) =>
    bugs
      .filter(({ file }) => file === one.name)
      .reduce(({ name, text }, bug) => {
        expect(text.split(bug.text)).toHaveLength(2);
        return { name, text: text.replace(bug.text, bug.instead) };
      }, one),
  );
const found = async (bugs: readonly Bug[]): Promise<readonly string[]> => {
  const { topic, events, records, unparsable } = replayed;
  return differences(await flink.replay(topic, planted(bugs)), events, records, unparsable);
};

/** Each spoils a result of its own, so one run plants them all. */
const ownResult: readonly Bug[] = [
  {
    bug: 'records that do not parse vanish',
    file: 'unparsable-events',
    text: 'NOT parses',
    instead: 'NOT parses AND FALSE',
    told: 'unparsable records: 0 instead of',
  },
  {
    bug: 'refunds are summed from totals',
    file: 'refunds-per-minute',
    text: 'SUM(refund_minor)',
    instead: 'SUM(total_minor)',
    told: 'refunds_per_minute ',
  },
  {
    bug: 'revenue is summed in floats',
    file: 'revenue-per-minute',
    text: 'SUM(total_minor)',
    instead: 'CAST(SUM(CAST(total_minor AS FLOAT)) AS BIGINT)',
    told: 'revenue_per_minute ',
  },
  {
    bug: 'the conversion is cut off from a float',
    file: 'funnel-by-country',
    text: 'CAST(CAST(paid AS DECIMAL(18, 0)) / created AS DECIMAL(18, 4))',
    instead: 'CAST(FLOOR(CAST(paid AS FLOAT) / created * 10000) / 10000 AS DECIMAL(18, 4))',
    told: 'funnel_by_country ',
  },
  {
    bug: 'eleven products are the top ten',
    file: 'top-products',
    text: 'place <= 10',
    instead: 'place <= 11',
    told: 'rows of top_products',
  },
];

test('planted bugs of one result are told by that result', { timeout: 120_000 }, async () => {
  const sentences = await found(ownResult);
  for (const { bug, told } of ownResult)
    expect(
      sentences.filter((one) => one.startsWith(told)),
      bug,
    ).not.toEqual([]);
  expect(sentences.filter((one) => one.startsWith('orders_per_minute') || one.startsWith('late'))).toEqual([]);
});

test.for<Bug>([
  {
    bug: 'repeated events count again',
    file: 'events',
    text: /FROM \(SELECT \*, ROW_NUMBER[\s\S]*WHERE occurrence = 1/,
    instead: 'FROM tagged',
    told: 'orders_per_minute ',
  },
  {
    bug: 'lateness is what the watermark of the moment says, and nothing else',
    file: 'events',
    text: /minute_end <= CAST\(ingested[\s\S]*? AS is_late/,
    instead: '(closed_until IS NOT NULL AND minute_end <= CAST(closed_until AS TIMESTAMP(3))) AS is_late',
    told: 'late events: ',
  },
])('the planted bug is told: $bug', { timeout: 120_000 }, async (bug) => {
  expect((await found([bug])).filter((one) => one.startsWith(bug.told))).not.toEqual([]);
});
