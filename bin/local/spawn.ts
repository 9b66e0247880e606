import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { childrenOf, identify, isRunning, type ProcessIdentity, signalGroup } from './process-identity.ts';
import { unwatch, watch } from './watch.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process that this one started. */
export type Running = {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Asks it to end, waits, and after a grace time kills it with everything it started. */
  stop(): Promise<Exit>;
  /** Signals it with everything it started (SIGKILL unless told otherwise); after SIGKILL it waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
};

export type SpawnOptions = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly cwd?: string;
  /** Run as this user; only root may say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopSignal?: NodeJS.Signals;
  readonly graceMs?: number;
  /** Ends it when its start is given up. */
  readonly signal?: AbortSignal;
  /** Called with what the process says over its channel; giving it opens one. */
  readonly onMessage?: (message: unknown) => void;
};

/**
 * Starts a process in a group of its own, its output appended to a file, its identity in a `.pid` file beside it, watched by
 * the reaper. Throws if it cannot be started.
 */
export async function spawnLogged(options: SpawnOptions): Promise<Running> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.command, [...options.args], {
    detached: true,
    stdio: options.onMessage ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    env: { ...inherited(), ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...options.user,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
  const identity = identify(pid) ?? { pid, startedAt: '' };
  const pidFile = options.logFile.replace(/(\.log)?$/, '.pid');
  writeFileSync(pidFile, `${identity.pid} ${identity.startedAt}`);
  watch(identity);
  if (options.onMessage) {
    child.on('message', options.onMessage);
    child.channel?.unref();
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      unwatch(identity);
      rmSync(pidFile, { force: true });
      resolve({ code, signal });
    });
  });
  const started = running(options, child, identity, exited);
  if (options.signal?.aborted) void started.kill();
  options.signal?.addEventListener('abort', () => void started.kill(), { once: true });
  return started;
}

/** What every child gets: enough to find programs and to speak the user's language, and no setting of ours. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function running(
  { name, stopSignal = 'SIGTERM', graceMs = 10_000 }: SpawnOptions,
  child: ChildProcess,
  identity: ProcessIdentity,
  exited: Promise<Exit>,
): Running {
  const { pid } = identity;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // PostgreSQL's backends lead groups of their own, so the group alone is not everything.
    const children = childrenOf(pid);
    signalGroup(pid, signal);
    for (const one of children) if (isRunning(one)) signalGroup(one.pid, signal);
    if (signal !== 'SIGKILL') return;
    await exited;
    while (children.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return {
    name,
    pid,
    exited,
    kill,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(stopSignal);
        signalGroup(pid, 'SIGCONT');
        const timer = setTimeout(() => void kill(), graceMs);
        await exited.finally(() => clearTimeout(timer));
      }
      return exited;
    },
  };
}
