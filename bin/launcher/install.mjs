import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchFlink } from './flink-jars.mjs';
import { fetchKafka } from './kafka-jars.mjs';
import { node24, root } from './root.mjs';

/** Whether node_modules holds exactly what the lock file says. */
export function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  // What npm left out for this system is optional in the lock file.
  return Object.entries(wanted).every(([path, entry]) =>
    path === '' ? true : present[path] ? present[path].integrity === entry.integrity : entry.optional === true,
  );
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

/** `undefined` when Node 24 is really there, else the sentence that says what to do. */
export function node24Problem() {
  const { stdout } = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  if (stdout?.startsWith('v24.')) return undefined;
  return 'Node 24 did not arrive with the install, which happens when npm runs no install scripts: run "npm ci --ignore-scripts=false".';
}

/** Installs the dependencies when they are missing or older than the lock file. Answers a sentence when that fails. */
async function install() {
  if (!isInstalled()) {
    const code = await npmCi();
    if (code !== 0)
      return `"npm ci" failed with exit code ${code}: see its message above, put it right and start again.`;
  }
  return node24Problem();
}

/**
 * Has everything that must be fetched, side by side: the dependencies, Kafka unless it is elsewhere, and Flink for who cannot wait for
 * it later.
 */
export async function prepare(env, { flink } = { flink: false }) {
  // One Maven at a time: two would write into the same store of what they fetched.
  const jars = async () =>
    (env.KAFKA_BROKERS ? undefined : await fetchKafka(env)) ?? (flink ? await fetchFlink(env) : undefined);
  const problems = await Promise.all([install(), jars()]);
  return problems.find((problem) => problem !== undefined);
}

function npmCi() {
  console.log('Installing the dependencies, once; this takes about a minute.');
  const started = Date.now();
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    if (process.stdout.isTTY) process.stdout.write(`\r  npm ci … ${seconds} s `);
    else if (seconds % 15 === 0) console.log(`  npm ci … ${seconds} s`);
  }, 1000);
  return new Promise((resolve) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const done = (code) => {
      clearInterval(progress);
      if (process.stdout.isTTY) process.stdout.write('\r');
      if (code === 0) console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
      resolve(code);
    };
    child.on('error', () => done('"npm not found"'));
    child.on('exit', (code, signal) => done(code ?? signal));
  });
}
