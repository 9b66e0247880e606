import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be confused with a later one that got the same number. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** When a process started, as the system spells it, or `undefined` when there is no such process (a zombie is none). */
export function startTime(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command between the brackets may itself hold blanks and brackets.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The identity of a running process, or `undefined`. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether this very process still runs. */
export const isRunning = ({ pid, startedAt }: ProcessIdentity): boolean => startTime(pid) === startedAt;

/** Direct children of a process. */
export function childrenOf(pid: number): readonly ProcessIdentity[] {
  const pids =
    process.platform === 'linux'
      ? readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === String(pid))
      : lines('pgrep', ['-P', String(pid)]);
  return pids.flatMap((child) => identify(Number(child)) ?? []);
}

function parentOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

function lines(command: string, args: readonly string[]): string[] {
  try {
    return execFileSync(command, [...args], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}

/** Signals a process group, or the single process where it leads none; a process that is gone is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {}
  }
}
