/**
 * Waits on a pipe from the process that started it. When the pipe closes, for whatever reason, it ends every process
 * that was recorded and is still the same one. One line for each change: `+<pid> <start time>` or `-<pid>`.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessIdentity, signalGroup } from './process-identity.ts';

const watched = new Map<number, ProcessIdentity>();
const graceMs = 4_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [pid = '', ...rest] = line.slice(1).split(' ');
    if (line.startsWith('+')) watched.set(Number(pid), { pid: Number(pid), startedAt: rest.join(' ') });
    else watched.delete(Number(pid));
  })
  .on('close', async () => {
    const left = () => [...watched.values()].filter(isRunning);
    // A stopped process acts on nothing but SIGKILL until it is continued.
    for (const { pid } of left()) {
      signalGroup(pid, 'SIGTERM');
      signalGroup(pid, 'SIGCONT');
    }
    const until = performance.now() + graceMs;
    while (left().length > 0 && performance.now() < until) await sleep(50);
    for (const { pid } of left()) signalGroup(pid, 'SIGKILL');
    process.exit(0);
  });
