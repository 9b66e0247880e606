import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LocalFailure, untilReady } from '../../bin/local/engines/engine.ts';
import { explain } from '../../bin/local/explain.ts';
import { spawnLogged } from '../../bin/local/spawn.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Starts a process that says this and ends, as an engine that cannot start does. */
async function failureOf(said: string): Promise<unknown> {
  const logFile = join(temporaryDirectory(), 'engine.log');
  const command = `echo '${said}' >&2; exit 3`;
  const running = await spawnLogged({ name: 'kafka', command: 'sh', args: ['-c', command], env: {}, logFile });
  return untilReady(running, logFile, async () => false).catch((error: unknown) => error);
}

test('an engine that stops because the disk is full says so', async () => {
  const failure = await failureOf('java.io.IOException: No space left on device');
  expect(explain(failure, '.data')).toBe('The disk is full, so kafka cannot start: free some space and start again.');
});

test('an engine that will not start is named with its last error and its log', async () => {
  const failure = await failureOf('FATAL: data directory has wrong ownership');
  expect(failure).toBeInstanceOf(LocalFailure);
  expect(explain(failure, '.data')).toMatch(
    /^kafka ended while it was starting \(exit code 3\): "FATAL: data directory has wrong ownership"; see .*engine\.log\.$/,
  );
});

test('a full disk and a folder that belongs to somebody else become one sentence each', () => {
  const failing = (code: string) => Object.assign(new Error('write failed'), { code });
  expect(explain(failing('ENOSPC'), '.data')).toBe(
    'The disk that holds .data is full: free some space and start again.',
  );
  expect(explain(failing('EACCES'), '.data')).toMatch(/^This user may not write to \.data/);
});
