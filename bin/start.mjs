/** `npm start`: needs nothing installed but Node 20, Java and, once, Maven. */
import { join } from 'node:path';
import { diskCheck, engineChecks, nodeCheck } from './launcher/checks.mjs';
import { handOver } from './launcher/hand-over.mjs';
import { isInstalled, prepare } from './launcher/install.mjs';
import { dataDir, root } from './launcher/root.mjs';

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--fresh' && arg !== '--no-analytics');
if (unknown)
  fail(
    `"${unknown}" is not an option; there are --fresh, which starts with empty stores, and --no-analytics, which leaves Flink out.`,
  );

const broken = [
  nodeCheck(process.versions.node),
  ...engineChecks(process.env),
  diskCheck(dataDir(process.env), isInstalled() ? 300 : 2000),
].find((check) => !check.ok);
if (broken) fail(broken.note);

const problem = await prepare(process.env);
if (problem) fail(problem);
handOver(join(root, 'bin', 'local', 'start.ts'), args);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
