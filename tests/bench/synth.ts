import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, repository, sourcesBelow } from '../sources.ts';
import { spread } from './cpu.ts';

/**
 * Synthesis of all environments, gates included, against importing the same packages and nothing else (performance.md, P6),
 * in turn; CPU of the process and its children. Linux only. Usage: npm run bench -- synth [rounds]
 */
const limit = 2.5;

/** Milliseconds of CPU of this process, its threads and the children it waited for, written as the last line of stderr. */
const meter = `process.on('exit', () => {
  const { readFileSync, writeSync } = process.getBuiltinModule('node:fs');
  const own = process.cpuUsage();
  const [user = 0, system = 0] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(13, 15).map(Number);
  writeSync(2, '\\ncpu ' + ((own.user + own.system) / 1000 + (user + system) * 10));
})`;

function cpuOf(args: readonly string[]): number {
  const preload = `data:text/javascript,${encodeURIComponent(meter)}`;
  const ran = spawnSync(process.execPath, ['--import', preload, ...args], { cwd: repository, encoding: 'utf8' });
  const cpu = /\ncpu ([\d.]+)$/.exec(ran.stderr)?.[1];
  if (ran.status !== 0 || cpu === undefined) throw new Error(`${args.join(' ')} failed: ${ran.stderr.slice(0, 2000)}`);
  return Number(cpu);
}

const [rounds = '5'] = process.argv.slice(2);
const packages = sourcesBelow(repository)
  .filter(({ path }) => path.startsWith('stacks/'))
  .flatMap(importsOf)
  .filter(({ specifier, typeOnly }) => !typeOnly && !/^(\.|node:)/.test(specifier))
  .map(({ specifier }) => specifier);
mkdirSync(join(repository, '.cache'), { recursive: true });
const folder = mkdtempSync(join(repository, '.cache', 'bench-'));
try {
  const bare = join(folder, 'imports.mjs');
  writeFileSync(bare, [...new Set(packages)].map((name) => `import '${name}';\n`).join(''));
  const times = Array.from({ length: Number(rounds) }, () => [cpuOf(['bin/synth.ts']), cpuOf([bare])] as const);
  const synthesis = spread(times.map(([whole]) => whole));
  const imports = spread(times.map(([, only]) => only));
  const ratio = synthesis.median / imports.median;
  for (const [name, { median, min, max }] of Object.entries({ synthesis, imports }))
    console.log(`${name}: ${median.toFixed(0)} ms of CPU (${min.toFixed(0)} to ${max.toFixed(0)})`);
  console.log(`synthesis costs ${ratio.toFixed(2)} times the imports; the limit is ${limit}`);
  process.exitCode = ratio <= limit ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
