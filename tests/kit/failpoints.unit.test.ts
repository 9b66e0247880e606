import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { armFailpoints, crashpoint } from '../../services/kit/failpoints.ts';

afterEach(() => armFailpoints(''));

test('a point that is not armed does nothing', async () => {
  await crashpoint('order.nowhere');
  armFailpoints('order.elsewhere:1:throw');
  await crashpoint('order.nowhere');
});

test('a point acts at its n-th passing, once', async () => {
  armFailpoints('order.third:3:throw');
  await crashpoint('order.third');
  await crashpoint('order.third');
  await expect(crashpoint('order.third')).rejects.toThrow('failpoint order.third');
  await crashpoint('order.third');
});

test('a number delays by as many milliseconds', async () => {
  armFailpoints('order.slow:1:60');
  const started = performance.now();
  await crashpoint('order.slow');
  expect(performance.now() - started).toBeGreaterThanOrEqual(55);
});

test('a malformed specification is refused, so that no test runs without its fault', () => {
  for (const wrong of ['order.x', 'order.x:1', 'order.x:one:kill', 'order.x:1:explode', ':1:kill', 'order.x:-1:kill'])
    expect(() => armFailpoints(wrong)).toThrow(/failpoint/);
});

/** Runs a process that passes an armed point and would then say that it survived. */
function run(action: string) {
  const script = `
    import { armFailpoints, crashpoint } from './services/kit/failpoints.ts';
    armFailpoints('here:1:${action}');
    await crashpoint('here');
    process.stdout.write('survived');`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 15_000 });
}

test('kill ends the process before the next line', () => {
  const { signal, stdout } = run('kill');
  expect([signal, stdout]).toEqual(['SIGKILL', '']);
});

test('term sends the signal that a shutdown begins with', () => {
  expect(run('term').signal).toBe('SIGTERM');
});

test('a service refuses to start with a failpoint unless the build is one for tests', () => {
  const script = `
    import { z } from 'zod';
    import { processEnvironment, readEnvironment } from './services/kit/environment.ts';
    readEnvironment(z.object(processEnvironment), process.env);
    process.stdout.write('started');`;
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: { PORT: '0', METRICS_PORT: '0', SERVICE_TOKEN_DIR: '/', ...env },
    });
  const refused = start({ FAILPOINT: 'here:1:kill' });
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('FAILPOINTS=1');
  expect(start({ FAILPOINT: 'here:1:kill', FAILPOINTS: '1' }).stdout).toBe('started');
});
