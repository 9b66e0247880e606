/** `npm run analytics -- report [--last=30]` and `-- status`: what the analytics found so far, and whether they keep up. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderReport } from './analytics-report.ts';
import { analyticsStatus } from './local/analytics-progress.ts';
import { analyticsResults } from './local/analytics-unit.ts';

const dataDir = process.env.DATA_DIR ?? fileURLToPath(new URL('../.data', import.meta.url));
const [command, ...options] = process.argv.slice(2);
const last = Number(options.find((one) => one.startsWith('--last='))?.slice(7) ?? 30);
try {
  if (!existsSync(dataDir)) throw new Error('Nothing has run here yet: start the platform with "npm start".');
  if (command === 'report' && Number.isInteger(last) && last > 0)
    console.log(renderReport(analyticsResults(dataDir), last));
  else if (command === 'status') {
    const { sentence, running } = await analyticsStatus(dataDir);
    console.log(sentence);
    process.exitCode = running ? 0 : 1;
  } else throw new Error('Say "npm run analytics -- report", with --last=<minutes> for more, or "-- status".');
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
