import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run bench -- <what> [arguments …]`: runs `tests/bench/<what>.ts`, which says what it measures and how. */
const runnable = ['gateway', 'holds', 'reads', 'synth'];
const [what = '', ...rest] = process.argv.slice(2);
const file = join(new URL('..', import.meta.url).pathname, 'tests', 'bench', `${what}.ts`);
if (!runnable.includes(what) || !existsSync(file)) {
  console.error(`There is no bench "${what}"; there are ${runnable.join(', ')}.`);
  process.exit(1);
}
process.exitCode = spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 1;
