import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from './process-identity.ts';

let reaper: ChildProcess | undefined;

/** Hands a process to the reaper, which ends it if this process goes away without having done so. */
export function watch({ pid, startedAt }: ProcessIdentity): void {
  write(`+${pid} ${startedAt}\n`);
}

/** The process is gone; its number may be somebody else's soon. */
export function unwatch({ pid }: ProcessIdentity): void {
  if (reaper) write(`-${pid}\n`);
}

function write(line: string): void {
  reaper ??= startReaper();
  reaper.stdin?.write(line);
}

function startReaper(): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=16', fileURLToPath(new URL('./reaper.ts', import.meta.url))],
    {
      // Its own session: Ctrl+C in the terminal must not reach it before its work is done.
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { PATH: process.env.PATH },
    },
  );
  child.on('exit', () => {
    reaper = undefined;
  });
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as Writable & { unref?: () => void }).unref?.();
  return child;
}
