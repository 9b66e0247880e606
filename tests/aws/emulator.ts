import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/local/ports.ts';

const version = '5.2.5';
const root = join(import.meta.dirname, '../..');

/** Runs a program to its end. Throws when it fails or takes longer than `seconds`; then it is ended. */
export async function run(
  command: string,
  args: readonly string[],
  { seconds, env = process.env, quiet = false }: { seconds: number; env?: NodeJS.ProcessEnv; quiet?: boolean },
): Promise<string> {
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (!quiet) process.stdout.write(chunk);
    });
  const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearTimeout(limit);
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code} (limit ${seconds} s):\n${said}`);
  return said;
}

/** Makes a Python environment with the emulator in .cache, once. */
export async function installEmulator(): Promise<string> {
  const folder = join(root, '.cache', `moto-${version}`);
  const program = join(folder, 'bin', 'python');
  const installed = join(folder, 'bin', 'moto_server');
  if (existsSync(installed)) return program;
  rmSync(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder], { seconds: 60, quiet: true });
  await run(program, ['-m', 'pip', 'install', '-q', `moto[server]==${version}`], { seconds: 300, quiet: true });
  return program;
}

export type Emulator = { readonly endpoint: string; readonly logFile: string; stop(): Promise<void> };

/** Starts it on a free port of this machine, empty, as this account. */
export async function startEmulator(python: string, account: string, folder: string): Promise<Emulator> {
  const port = await freePort();
  const logFile = join(folder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
  const env = { PATH: process.env.PATH, MOTO_ACCOUNT_ID: account, PYTHONUNBUFFERED: '1' };
  const child = spawn(python, args, { env, stdio: ['ignore', log, log] });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answers = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { endpoint, logFile, stop: () => stop(child) };
    if (tries > 150 || child.exitCode !== null) {
      await stop(child);
      throw new Error(`The emulator did not start; see ${logFile}.`);
    }
    await sleep(200);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(hard);
}
