import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { committedManifests } from './charts/committed.ts';
import { findingsOf, judgementOf } from './charts/judgement.ts';
import { type Judge, judges } from './charts/judges.ts';
import { plantedManifest } from './charts/planted-manifest.ts';

/**
 * `npm run lint:manifests`: kubernetes-validate, kube-score and Checkov over the committed manifests, each first over one that it must refuse.
 * Where Python or Go is found they are installed once into `.cache`; a judge that cannot be had is said to be missing: then the exit code is 2.
 */
const root = new URL('..', import.meta.url).pathname;
const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...env } });

/** The path of a judge's program, installed if need be; `undefined` when that cannot be done here. */
function programOf({ name, version, install }: Judge): string | undefined {
  const home = join(root, '.cache', `${name}-${version}`);
  const program = join(home, 'bin', install.by === 'pip' ? install.program : name);
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  if (install.by === 'go') run('go', ['install', `${install.module}@v${version}`], { GOBIN: join(home, 'bin') });
  else if (run('python3', ['-m', 'venv', home]).status === 0)
    run(join(home, 'bin', 'pip'), ['install', '-q', `${name}==${version}`]);
  return existsSync(program) ? program : undefined;
}

// Applications of Argo CD hold no pods; what their releases' pods may is read from the values by tests/charts/release-pods.unit.test.ts.
const files = Object.keys(committedManifests())
  .filter((path) => path.includes('/apps/'))
  .map((path) => join('charts/manifests', path));
const planted = join('.build', 'planted.yaml');
mkdirSync(join(root, '.build'), { recursive: true });
writeFileSync(join(root, planted), plantedManifest);
for (const judge of judges) {
  const { name, version, install } = judge;
  const program = programOf(judge);
  if (!program) {
    console.error(`${name} ${version} could not be installed (it needs ${install.by}); it judged nothing.`);
    process.exitCode ??= 2;
    continue;
  }
  try {
    const seen = findingsOf(judge, run(program, judge.args([planted])));
    if (seen.length === 0)
      throw new Error(`${name} finds nothing in ${planted}, so what it says of the others is worth nothing.`);
    const { open, excepted } = judgementOf(judge, run(program, judge.args(files)));
    for (const line of open) console.log(line);
    if (open.length > 0) process.exitCode = 1;
    const of = `${files.length} files, ${open.length} findings, ${excepted} excepted by ${judge.exceptions.length} reasons`;
    console.log(`${name} ${version}: ${of}; ${seen.length} in the planted one.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
