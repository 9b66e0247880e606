import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { node24, root, withNode24 } from './root.mjs';

const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/**
 * Runs a program of ours in Node 24 and ends with its exit code. It leads a session of its own, so that Ctrl+C arrives once,
 * through here; when this process dies its channel closes, and it stops by itself.
 */
export function handOver(file, args) {
  const child = spawn(node24, [...flags, file, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: withNode24(process.env),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  stopWithNpm(child);
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** npm runs us through a shell, and a signal that ends npm or that shell need not reach us. */
function stopWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const above = ancestors();
  const look = setInterval(() => {
    if (ancestors() === above) return;
    clearInterval(look);
    child.kill('SIGTERM');
  }, 500).unref();
}

/** The shell and npm; where the system does not tell the latter cheaply, the shell alone. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(process.ppid);
  }
}
