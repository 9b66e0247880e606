import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { committedManifests } from './charts/committed.ts';
import { type Judge, judges } from './charts/judges.ts';

/**
 * `npm run lint:manifests`: kubernetes-validate, kube-score and Checkov over the committed manifests. Where Python or Go is found
 * they are installed once into `.cache`; a judge that cannot be had is said to be missing, and then the exit code is 2.
 */
const root = new URL('..', import.meta.url).pathname;
const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...env },
  });

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

// Applications of Argo CD are no workloads; their values are judged where their charts are made.
const files = Object.keys(committedManifests())
  .filter((path) => path.includes('/apps/'))
  .map((path) => join('charts/manifests', path));
let missing = 0;
let found = 0;
for (const judge of judges) {
  const program = programOf(judge);
  if (!program) {
    missing += 1;
    console.error(
      `${judge.name} ${judge.version} could not be installed (it needs ${judge.install.by}); it judged nothing.`,
    );
    continue;
  }
  const { stdout, stderr } = run(program, judge.args(files));
  const findings = judge.findings(stdout.trim() === '' ? stderr : stdout);
  const open = findings.filter((line) => !judge.exceptions.some(({ rule }) => line.includes(rule)));
  for (const line of open) console.log(line);
  for (const { rule } of judge.exceptions)
    if (!findings.some((line) => line.includes(rule)))
      open.push(`${judge.name}: nothing needs the exception ${rule} any more.`);
  found += open.length;
  console.log(
    `${judge.name} ${judge.version}: ${files.length} files, ${open.length} findings, ${findings.length - open.length} excepted by ${judge.exceptions.length} reasons.`,
  );
}
process.exitCode = found > 0 ? 1 : missing > 0 ? 2 : 0;
