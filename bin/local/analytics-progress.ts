import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ordersAnalytics } from '../../analytics/facts.ts';
import { type Rows, readRows } from '../../analytics/results.ts';
import { analyticsResults } from './analytics-unit.ts';
import { consumerLag } from './consumer-lag.ts';

type Minute = Rows['orders_per_minute'];
const [{ topic, group }] = ordersAnalytics.consumes;

/** The committed minutes of a data directory, oldest first. */
const committedMinutes = (dataDir: string): readonly Minute[] =>
  readRows(analyticsResults(dataDir), 'orders_per_minute').toSorted((a, b) =>
    a.window_start < b.window_start ? -1 : 1,
  );

const clock = (iso: string): string => iso.slice(11, 16);

/**
 * Calls `say` with a line for each minute that is committed from now on, with how far behind the job is, until `signal`.
 * Minutes without events are not committed, so nothing is said while nobody orders.
 */
export async function followMinutes(
  options: {
    readonly dataDir: string;
    readonly brokers: string;
    readonly signal: AbortSignal;
    readonly everyMs?: number;
  },
  say: (line: string) => void,
): Promise<void> {
  const { dataDir, brokers, signal, everyMs = 5_000 } = options;
  let seen = committedMinutes(dataDir).length;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
    const minutes = committedMinutes(dataDir);
    const newest = minutes.at(-1);
    if (minutes.length <= seen || !newest || signal.aborted) continue;
    seen = minutes.length;
    const { events, paid, window_start: start } = newest;
    const behind = await lagOf(brokers);
    say(`Analytics: ${clock(start)} UTC is committed, ${events} events, ${paid} paid; ${behind}.\n`);
  }
}

async function lagOf(brokers: string): Promise<string> {
  try {
    const lag = await consumerLag(brokers, topic, group);
    try {
      return `${await lag.read()} records behind`;
    } finally {
      await lag.close();
    }
  } catch {
    return 'Kafka does not say how far behind';
  }
}

/** Whether the job of the platform on a data directory runs, how far behind it is, and the last committed minute. */
export async function analyticsStatus(
  dataDir: string,
): Promise<{ readonly sentence: string; readonly running: boolean }> {
  const addresses = addressesOf(dataDir);
  const state = await jobState(addresses['orders-analytics'] ?? '');
  const last = committedMinutes(dataDir).at(-1)?.window_start;
  const minute = last
    ? `the last committed minute is ${last.replace('T', ' ').slice(0, 16)} UTC`
    : 'no minute is committed yet';
  return {
    running: state === 'RUNNING',
    sentence: `${ordersAnalytics.name}: ${state.toLowerCase()}, ${await lagOf(addresses.kafka ?? '')}, ${minute}.`,
  };
}

function addressesOf(dataDir: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'platform.json'), 'utf8'));
  } catch {
    throw new Error('The platform has not run here yet: start it with "npm start".');
  }
}

async function jobState(jobs: string): Promise<string> {
  try {
    const response = await fetch(`${jobs}/jobs/overview`, { signal: AbortSignal.timeout(3_000) });
    const { jobs: all } = (await response.json()) as { jobs: readonly { readonly state: string }[] };
    return all[0]?.state ?? 'NOT RUNNING';
  } catch {
    return 'NOT RUNNING';
  }
}
