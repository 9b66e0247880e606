import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claimDataDir } from '../../bin/local/claim.ts';
import { identify, isRunning } from '../../bin/local/process-identity.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('a second launcher on the same data is refused with a sentence', async () => {
  const dir = temporaryDirectory();
  const giveBack = await claimDataDir(dir, false);
  await expect(claimDataDir(dir, false)).rejects.toThrow(
    `The platform already runs on ${dir} (process ${process.pid}): use it, or stop it with Ctrl+C or "kill ${process.pid}".`,
  );
  giveBack();
  (await claimDataDir(dir, false))();
});

test('the claim of a launcher that crashed does not count, even if its number is somebody else’s by now', async () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'launcher.pid'), `${process.pid} 1`);
  (await claimDataDir(dir, false))();
  writeFileSync(join(dir, 'launcher.pid'), '');
  (await claimDataDir(dir, false))();
});

test('what a crashed launcher and its reaper left running is ended before the data is touched', async () => {
  const dir = temporaryDirectory();
  const leftover = spawn('sleep', ['60'], { detached: true });
  onTestFinished(() => void leftover.kill('SIGKILL'));
  const identity = identify(leftover.pid ?? 0) ?? { pid: 0, startedAt: '' };
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'logs', 'postgres.pid'), `${identity.pid} ${identity.startedAt}`);
  (await claimDataDir(dir, false))();
  expect(isRunning(identity)).toBe(false);
});

test('a fresh start empties the data directory, an ordinary one keeps it', async () => {
  const dir = temporaryDirectory();
  mkdirSync(join(dir, 'postgres'));
  (await claimDataDir(dir, false))();
  expect(existsSync(join(dir, 'postgres'))).toBe(true);
  (await claimDataDir(dir, true))();
  expect(readdirSync(dir)).toEqual([]);
});
