import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ordersAnalytics } from '../../analytics/facts.ts';
import { newestMinute } from '../../analytics/results.ts';
import { analyticsResults } from './analytics-unit.ts';
import { consumerLag } from './consumer-lag.ts';

const [{ topic, group }] = ordersAnalytics.consumes;

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
  const results = analyticsResults(dataDir);
  let seen = newestMinute(results)?.window_start ?? '';
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
    const newest = newestMinute(results);
    if (!newest || newest.window_start <= seen || signal.aborted) continue;
    const { events, paid } = newest;
    seen = newest.window_start;
    const behind = await lagOf(brokers);
    say(`Analytics: ${clock(seen)} UTC is committed, ${events} events, ${paid} paid; ${behind}.\n`);
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
  const last = newestMinute(analyticsResults(dataDir))?.window_start;
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
