import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../sources.ts';
import { spread } from './cpu.ts';

/**
 * Synthesis of all environments and both clouds, gates included, against importing the same packages and nothing else
 * (performance.md, P6), in turn; CPU of the process and its children. Which packages those are is recorded while it synthesizes,
 * and both sides keep what they compiled in the same cache. Linux only. Usage: npm run bench -- synth [rounds]
 */
const limit = 2.5;
const whole = 'bin/synth.ts';

/**
 * Milliseconds of CPU of this process, its threads and its children, those that still run too (esbuild is one), written as the
 * last line of stderr.
 */
const meter = `process.on('exit', () => {
  const { readFileSync, readdirSync, writeSync } = process.getBuiltinModule('node:fs');
  const ticks = (pid, from) => {
    const [user = 0, system = 0] = readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ').slice(from).map(Number);
    return user + system;
  };
  const running = readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync('/proc/self/task/' + task + '/children', 'utf8').split(' ').filter(Boolean));
  const children = running.reduce((sum, pid) => sum + ticks(pid, 11), ticks('self', 13));
  const own = process.cpuUsage();
  writeSync(2, '\\ncpu ' + ((own.user + own.system) / 1000 + children * 10));
})`;

/**
 * Writes down, in `file`, each package that a source of this repository imports while it runs, in order, and each module of any
 * package that was loaded until the end: libraries load parts of themselves only when they are used.
 */
const recorder = (file: string): string => `
  const { registerHooks, _cache } = process.getBuiltinModule('node:module');
  const { writeFileSync } = process.getBuiltinModule('node:fs');
  const seen = new Set();
  registerHooks({ resolve(specifier, context, next) {
    const from = context.parentURL ?? '';
    if (from.startsWith('${pathToFileURL(repository)}') && !from.includes('/node_modules/') && !/^[./]|^(node|file|data):/.test(specifier))
      seen.add(specifier);
    return next(specifier, context);
  } });
  process.on('exit', () => writeFileSync('${file}', JSON.stringify({
    packages: [...seen],
    modules: Object.keys(_cache).filter((path) => path.includes('/node_modules/')),
  })));`;

const preloaded = (code: string): readonly string[] => ['--import', `data:text/javascript,${encodeURIComponent(code)}`];

function run(args: readonly string[]): string {
  const ran = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${args.at(-1)} failed: ${ran.stderr.slice(0, 2000)}`);
  return ran.stderr;
}

function cpuOf(file: string): number {
  const cpu = /\ncpu ([\d.]+)$/.exec(run([...preloaded(meter), file]))?.[1];
  if (cpu === undefined) throw new Error(`${file} did not say what it cost.`);
  return Number(cpu);
}

const [rounds = '5'] = process.argv.slice(2);
mkdirSync(join(repository, '.cache'), { recursive: true });
const folder = mkdtempSync(join(repository, '.cache', 'bench-'));
try {
  const list = join(folder, 'packages.json');
  run([...preloaded(recorder(list)), whole]);
  const { packages, modules }: { packages: readonly string[]; modules: readonly string[] } = JSON.parse(
    readFileSync(list, 'utf8'),
  );
  const bare = join(folder, 'imports.mjs');
  writeFileSync(
    bare,
    [
      `import { createRequire, enableCompileCache } from 'node:module';`,
      `enableCompileCache(${JSON.stringify(join(repository, '.cache', 'compile'))});`,
      ...packages.map((name) => `await import('${name}');`),
      `for (const path of ${JSON.stringify(modules)}) createRequire(import.meta.url)(path);`,
    ].join('\n'),
  );
  // Both once more, so that no round pays for the cache.
  for (const file of [whole, bare]) run([file]);
  const times = Array.from({ length: Number(rounds) }, () => [cpuOf(whole), cpuOf(bare)] as const);
  const synthesis = spread(times.map(([one]) => one));
  const imports = spread(times.map(([, one]) => one));
  const ratio = synthesis.median / imports.median;
  for (const [name, { median, min, max }] of Object.entries({
    synthesis,
    [`${packages.length} packages, ${modules.length} modules`]: imports,
  }))
    console.log(`${name}: ${median.toFixed(0)} ms of CPU (${min.toFixed(0)} to ${max.toFixed(0)})`);
  console.log(`synthesis costs ${ratio.toFixed(2)} times the imports; the limit is ${limit}`);
  process.exitCode = ratio <= limit ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
