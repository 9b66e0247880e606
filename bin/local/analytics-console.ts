import { existsSync } from 'node:fs';
import { flinkJars } from '../launcher/flink-jars.mjs';
import { followMinutes } from './analytics-progress.ts';
import type { LocalPlatform } from './platform.ts';

/**
 * Begins the analytics beside a platform that already takes orders, then says a line for each minute that they commit, until
 * `signal`. When they cannot be had, everything else goes on, and `say` gets the sentence that says why.
 */
export async function startAnalytics(
  platform: LocalPlatform,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  if (!existsSync(flinkJars)) say('Fetching Flink for the analytics, once (136 MB) …\n');
  try {
    await platform.start('orders-analytics');
    await followMinutes({ dataDir: platform.dataDir, brokers: platform.addresses.kafka ?? '', signal }, say);
  } catch (error) {
    if (!signal.aborted)
      say(`The analytics do not run, everything else does: ${error instanceof Error ? error.message : error}\n`);
  }
}
