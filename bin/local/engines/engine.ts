import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../spawn.ts';

/** A store, broker or mailer that is proved to be the one we started. */
export type Engine = Running & { readonly endpoint: string };

export type EngineOptions = {
  /** Where it keeps its data; created when missing. */
  readonly dir: string;
  readonly port: number;
  readonly logFile: string;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
};

/** Something the user has to put right; the message is one sentence that says how. */
export class LocalFailure extends Error {}

/**
 * Asks again and again until `probe` says the engine answers and is ours. Throws a `LocalFailure` when the process ends
 * first, or after `withinMs`.
 */
export async function untilReady(
  running: Running,
  logFile: string,
  probe: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  let ended = false;
  void running.exited.then(() => {
    ended = true;
  });
  const until = performance.now() + withinMs;
  let last: unknown;
  while (!ended && performance.now() < until) {
    try {
      if (await probe()) return;
    } catch (error) {
      if (error instanceof LocalFailure) throw error;
      last = error;
    }
    await sleep(30);
  }
  if (ended) throw await endedEarly(running, logFile);
  await running.kill();
  const why = last instanceof Error ? ` (${last.message})` : '';
  throw new LocalFailure(`${running.name} was not ready within ${withinMs / 1000} s${why}; see ${logFile}.`);
}

async function endedEarly(running: Running, logFile: string): Promise<LocalFailure> {
  const { code, signal } = await running.exited;
  const tail = logTail(logFile);
  if (/no space left on device/i.test(tail))
    return new LocalFailure(`The disk is full, so ${running.name} cannot start: free some space and start again.`);
  const line =
    tail.match(/^.*\b(?:FATAL|ERROR|Exception|Error|EADDRINUSE|in use)\b.*$/m)?.[0] ?? tail.split('\n').at(-1);
  return new LocalFailure(
    `${running.name} ended while it was starting (${signal ?? `exit code ${code}`}): "${line?.trim() ?? ''}"; see ${logFile}.`,
  );
}

/** The last 4 KiB of a log file. */
export function logTail(logFile: string): string {
  try {
    const { size } = statSync(logFile);
    const file = openSync(logFile, 'r');
    const buffer = Buffer.alloc(Math.min(size, 4096));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    closeSync(file);
    return buffer.toString('utf8').trim();
  } catch {
    return '';
  }
}
