import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { isRunning, type ProcessIdentity } from '../../bin/local/process-identity.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'start.mjs');

/** An `npm start` of its own on a data directory. */
export type Launched = {
  readonly child: ChildProcess;
  /** What it has printed so far, errors too. */
  output(): string;
  /** Resolves when this text was printed; throws with the output when the launcher ends before, or after `withinMs`. */
  said(text: string | RegExp, withinMs?: number): Promise<void>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
};

export function launch(dataDir: string, args: readonly string[] = []): Launched {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exit;
    }
  });
  return {
    child,
    output: () => output,
    async said(text, withinMs = 90_000) {
      const found = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
      await vi.waitUntil(() => found() || child.exitCode !== null, { timeout: withinMs, interval: 50 }).catch(() => {});
      if (!found()) throw new Error(`The launcher did not say ${text}, but:\n${output}`);
    },
    async ended() {
      const [code] = await exit;
      return code;
    },
  };
}

/** Every process that was started on a data directory, the supervisor included. */
export function processesOf(dataDir: string): ReadonlyMap<string, ProcessIdentity> {
  const logs = readdirSync(join(dataDir, 'logs'))
    .filter((name) => name.endsWith('.pid'))
    .map((name) => join('logs', name));
  return new Map(
    [...logs, 'launcher.pid'].map((file) => {
      const [pid = '', startedAt = ''] = readFileSync(join(dataDir, file), 'utf8').split(' ');
      return [file.replace(/^logs\/|\.pid$/g, ''), { pid: Number(pid), startedAt }];
    }),
  );
}

/** Names of the processes that still run, after giving them `withinMs` to end. */
export async function stillRunning(
  processes: ReadonlyMap<string, ProcessIdentity>,
  withinMs = 10_000,
): Promise<readonly string[]> {
  const running = () => [...processes].filter(([, identity]) => isRunning(identity)).map(([name]) => name);
  await vi.waitUntil(() => running().length === 0, { timeout: withinMs, interval: 50 }).catch(() => {});
  return running();
}
