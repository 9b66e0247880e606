/** What `npm start` runs in Node 24. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAnalytics } from './analytics-console.ts';
import { createConsole } from './console.ts';
import { elsewhereFrom } from './engine-units.ts';
import { explain } from './explain.ts';
import { type LocalPlatform, startLocalPlatform } from './platform.ts';
import { neededUnits } from './unit-names.ts';
import { welcome } from './welcome.ts';

const dataDir = process.env.DATA_DIR ?? fileURLToPath(new URL('../../.data', import.meta.url));
const screen = createConsole(process.stdout, neededUnits);
const giveUp = new AbortController();
setMaxListeners(0, giveUp.signal);
let platform: LocalPlatform | undefined;
let stopping = false;

async function stop(): Promise<void> {
  // The second time is meant: the reaper ends what is left.
  if (stopping) process.exit(1);
  stopping = true;
  process.stdout.write('\nStopping …\n');
  screen.settle();
  giveUp.abort();
  await platform?.stopAll();
  if (platform) process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
process.on('disconnect', () => void stop());

const since = performance.now();
try {
  platform = await startLocalPlatform({
    dataDir,
    ports: 'usual',
    fresh: process.argv.includes('--fresh'),
    // A service that somebody runs by hand, in a debugger for example: WITHOUT=order-service npm start
    without: neededUnits.filter((name) => process.env.WITHOUT?.split(',').includes(name)),
    elsewhere: elsewhereFrom(process.env),
    onEvent: screen.show,
    signal: giveUp.signal,
  });
  screen.settle();
  process.stdout.write(welcome(platform, join(dataDir, 'logs'), performance.now() - since));
  if (!process.argv.includes('--no-analytics'))
    void startAnalytics(platform, giveUp.signal, (line) => process.stdout.write(line));
} catch (error) {
  if (stopping) process.exit(0);
  process.stderr.write(`\n${explain(error, dataDir)}\n`);
  process.exit(1);
}
