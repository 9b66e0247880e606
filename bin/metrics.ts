/** `npm run metrics`: a Prometheus over the running local platform, until Ctrl+C. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPrometheus } from './local/prometheus.ts';
import { prometheusBinaries } from './local/prometheus-binaries.ts';

const addressFile = process.env.PLATFORM_FILE ?? fileURLToPath(new URL('../.data/platform.json', import.meta.url));

function addresses(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(addressFile, 'utf8'));
  } catch {
    throw new Error('The platform is not running: start it with "npm start", and run this in a second terminal.');
  }
}

try {
  const found = addresses();
  const binaries = await prometheusBinaries();
  if (typeof binaries === 'string') throw new Error(binaries);
  const dir = join(dirname(addressFile), 'prometheus');
  const prometheus = await startPrometheus({ binaries, dir, addresses: found, preferredPort: 9090 });
  console.log(`Prometheus: ${prometheus.endpoint}/targets and ${prometheus.endpoint}/alerts. Ctrl+C ends it.`);
  const stop = () => void prometheus.stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  // A signal that ends npm or its shell need not reach us.
  const { ppid } = process;
  setInterval(() => process.ppid === ppid || stop(), 500);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
