import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identify, isRunning, type ProcessIdentity } from '../../bin/local/process-identity.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const repository = join(import.meta.dirname, '..', '..');

/** A launcher that starts two processes, one of which ignores SIGTERM, and then waits for its end. */
async function launcher(): Promise<{ readonly child: ChildProcess; readonly started: readonly ProcessIdentity[] }> {
  const dir = temporaryDirectory();
  const program = `
    import { spawnLogged } from ${JSON.stringify(join(repository, 'bin/local/spawn.ts'))};
    const at = (name, command) => spawnLogged({ name, command: 'sh', args: ['-c', command], env: {}, logFile: ${JSON.stringify(dir)} + '/' + name + '.log' });
    await at('meek', 'sleep 60');
    await at('stubborn', 'trap "" TERM; echo $$ > stubborn; while :; do sleep 1; done');
    process.stdout.write('started');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: dir,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  const started = ['meek', 'stubborn'].map((name) => {
    const [pid = '', startedAt = ''] = readFileSync(join(dir, `${name}.pid`), 'utf8').split(' ');
    return { pid: Number(pid), startedAt };
  });
  return { child, started };
}

test('kill -9 of the launcher leaves no process, not even one that ignores SIGTERM', async () => {
  const { child, started } = await launcher();
  expect(started.map(isRunning)).toEqual([true, true]);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(started.map(isRunning)).toEqual([false, false]), { timeout: 8_000, interval: 50 });
});

test('a process that only got the number of a recorded one is left alone', async () => {
  const bystander = spawn('sleep', ['60']);
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const { pid = 0 } = bystander;
  const reaper = spawn(process.execPath, [join(repository, 'bin/local/reaper.ts')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  reaper.stdin.end(`+${pid} 1\n`);
  await once(reaper, 'exit');
  expect(identify(pid)).toMatchObject({ pid });
});

test('a process that ended in time is forgotten', async () => {
  const bystander = spawn('sleep', ['60']);
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const identity = identify(bystander.pid ?? 0);
  const reaper = spawn(process.execPath, [join(repository, 'bin/local/reaper.ts')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  reaper.stdin.end(`+${identity?.pid} ${identity?.startedAt}\n-${identity?.pid}\n`);
  await once(reaper, 'exit');
  expect(identity && isRunning(identity)).toBe(true);
});
