import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run soak [-- part of a path]`: the tests that know a full volume, in full, one file after another; hours on two cores. What they
 * measured is in their output; docs/quality.md has the figures of the last runs.
 */
const root = new URL('..', import.meta.url).pathname;
const part = (process.argv[2] ?? '').replace(/^tests\//, '');
const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && file.includes(part))
  .filter((file) => /process\.env\.SOAK|\bvolume\(/.test(readFileSync(join(root, 'tests', file), 'utf8')))
  .toSorted();
if (files.length === 0) {
  console.error(`No test with a full volume has "${part}" in its path.`);
  process.exit(1);
}
const failed = files.filter((file) => {
  const project = file.endsWith('.e2e.test.ts') ? 'e2e' : file.endsWith('.engine.test.ts') ? 'integration' : 'unit';
  const run = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--testTimeout', '3600000', `tests/${file}`],
    { cwd: root, stdio: 'inherit', env: { ...process.env, SOAK: '1' } },
  );
  return run.status !== 0;
});
console.log(
  `${files.length - failed.length} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
