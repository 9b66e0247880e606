import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run lint:templates`: cfn-lint over every synthesized template. Python is no part of this repository: where it is found,
 * cfn-lint is installed once into `.cache`; where it is not, this says so and exits 2.
 */
const version = '1.58.0';
const root = new URL('..', import.meta.url).pathname;
const home = join(root, '.cache', `cfn-lint-${version}`);
const program = join(home, 'bin', 'cfn-lint');

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

function install(): string | undefined {
  const python = ['python3', 'python'].find((name) => run(name, ['-m', 'venv', '--help']).status === 0);
  if (!python) return 'cfn-lint needs Python with venv, and there is none; the templates were not looked at.';
  mkdirSync(join(root, '.cache'), { recursive: true });
  const made = run(python, ['-m', 'venv', home]);
  const got = made.status === 0 ? run(join(home, 'bin', 'pip'), ['install', '-q', `cfn-lint==${version}`]) : made;
  return got.status === 0 ? undefined : `cfn-lint ${version} could not be installed: ${got.stderr.trim()}`;
}

const problem = existsSync(program) ? undefined : install();
if (problem) {
  console.error(problem);
  process.exit(2);
}
const synthesized = run(process.execPath, [join(root, 'bin', 'synth.ts')]);
if (synthesized.status !== 0) {
  console.error(synthesized.stderr);
  process.exit(1);
}
const templates = readdirSync(join(root, 'cdk.out')).filter((file) => file.endsWith('.template.json'));
const linted = run(
  program,
  templates.map((file) => join('cdk.out', file)),
);
process.stdout.write(linted.stdout + linted.stderr);
console.log(
  `cfn-lint ${version}: ${templates.length} templates, ${linted.status === 0 ? 'nothing to say' : 'see above'}.`,
);
process.exitCode = linted.status === 0 ? 0 : 1;
