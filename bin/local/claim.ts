import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalFailure } from './engines/engine.ts';
import { identify, isRunning, type ProcessIdentity, signalGroup } from './process-identity.ts';

/** A reaper needs this long at most after its launcher crashed. */
const reaperMs = 6_000;

/**
 * Makes this process the only launcher on a data directory, ends what a crashed one left behind, and empties the directory
 * when asked to. Throws a `LocalFailure` when another launcher runs on it. Answers how to give it back.
 */
export async function claimDataDir(dataDir: string, fresh: boolean): Promise<() => void> {
  mkdirSync(dataDir, { recursive: true });
  const lock = join(dataDir, 'launcher.pid');
  take(lock, dataDir);
  await endLeftovers(join(dataDir, 'logs'));
  if (fresh)
    for (const name of readdirSync(dataDir))
      if (name !== 'launcher.pid') rmSync(join(dataDir, name), { recursive: true, force: true });
  rmSync(join(dataDir, 'logs'), { recursive: true, force: true });
  return () => rmSync(lock, { force: true });
}

function take(lock: string, dataDir: string): void {
  const own = identify(process.pid);
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid} ${own?.startedAt ?? ''}`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readIdentity(lock);
    if (holder && isRunning(holder))
      throw new LocalFailure(
        `The platform already runs on ${dataDir} (process ${holder.pid}): use it, or stop it with Ctrl+C or "kill ${holder.pid}".`,
      );
    rmSync(lock, { force: true });
  }
}

function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    const [pid = '', ...startedAt] = readFileSync(file, 'utf8').split(' ');
    return { pid: Number(pid), startedAt: startedAt.join(' ') };
  } catch {
    return undefined;
  }
}

async function endLeftovers(logs: string): Promise<void> {
  if (!existsSync(logs)) return;
  const recorded = readdirSync(logs).filter((name) => name.endsWith('.pid'));
  const left = recorded.flatMap((name) => readIdentity(join(logs, name)) ?? []);
  const until = performance.now() + reaperMs;
  while (left.some(isRunning) && performance.now() < until) await sleep(50);
  for (const one of left.filter(isRunning)) signalGroup(one.pid, 'SIGKILL');
  while (left.some(isRunning)) await sleep(20);
}
