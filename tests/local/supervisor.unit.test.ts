import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { spawnLogged } from '../../bin/local/spawn.ts';
import { backoffMs, createSupervisor, type Unit, type UnitEvent } from '../../bin/local/supervisor.ts';
import { temporaryDirectory } from './temporary-directory.ts';

type Name = 'store' | 'service' | 'edge';

/** Three units that are `sleep` processes; `launches` tells in which order and with which environment they started. */
function supervised(options: { readonly restart?: 'never'; readonly failing?: Name } = {}) {
  const dir = temporaryDirectory();
  const events: UnitEvent[] = [];
  const launches: { readonly name: Name; readonly extra: Readonly<Record<string, string>> }[] = [];
  const unit = (name: Name, layer: number, after: readonly Name[]): Unit<Name> => ({
    name,
    layer,
    after,
    async launch(extra) {
      launches.push({ name, extra });
      if (options.failing === name) throw new Error(`${name} cannot start`);
      const logFile = join(dir, `${name}.log`);
      const process = await spawnLogged({ name, command: 'sleep', args: ['60'], env: {}, logFile });
      return { endpoint: name, process };
    },
  });
  const supervisor = createSupervisor<Name>({
    units: [unit('edge', 2, ['service']), unit('service', 1, ['store']), unit('store', 0, [])],
    restart: options.restart ?? 'with-backoff',
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => supervisor.stopAll());
  const statesOf = (name: Name) => events.filter((event) => event.name === name).map((event) => event.state);
  return { supervisor, events, launches, statesOf };
}

test('a unit starts only after what it needs', async () => {
  const { supervisor, launches } = supervised();
  await supervisor.startAll();
  expect(launches.map((launch) => launch.name)).toEqual(['store', 'service', 'edge']);
});

test('everything stops in reverse order', async () => {
  const { supervisor, events } = supervised();
  await supervisor.startAll();
  await supervisor.stopAll();
  const stopped = events.filter((event) => event.state === 'stopped').map((event) => event.name);
  expect(stopped).toEqual(['edge', 'service', 'store']);
});

test('a unit that dies is started again, and that is said', async () => {
  const { supervisor, events, statesOf } = supervised();
  await supervisor.startAll();
  const before = supervisor.pid('service') ?? 0;
  process.kill(before, 'SIGKILL');
  await vi.waitFor(() => expect(statesOf('service').filter((state) => state === 'ready')).toHaveLength(2), 5_000);
  expect(supervisor.pid('service')).not.toBe(before);
  expect(events.find((event) => event.state === 'restarting')?.detail).toBe(
    'service ended (SIGKILL); starting it again in 0.25 s.',
  );
});

test('pauses between attempts grow and have a limit', () => {
  expect([1, 2, 3, 4, 20].map(backoffMs)).toEqual([250, 500, 1_000, 2_000, 10_000]);
});

test('a unit that a test killed stays down until it is started, then with the environment given', async () => {
  const { supervisor, launches, statesOf } = supervised();
  await supervisor.startAll();
  await supervisor.kill('service');
  expect(supervisor.pid('service')).toBeUndefined();
  await sleep(600);
  expect(statesOf('service').filter((state) => state === 'ready')).toHaveLength(1);
  await supervisor.start('service', { FAILPOINT: 'order.after_hold:1:kill' });
  expect(launches.at(-1)).toEqual({ name: 'service', extra: { FAILPOINT: 'order.after_hold:1:kill' } });
});

test('where restarts are off, a unit that dies stays down', async () => {
  const { supervisor, statesOf } = supervised({ restart: 'never' });
  await supervisor.startAll();
  process.kill(supervisor.pid('edge') ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(statesOf('edge').at(-1)).toBe('stopped'), 5_000);
  await sleep(600);
  expect(supervisor.pid('edge')).toBeUndefined();
});

test('the first failure ends the start, and nothing that needs the failed unit is started', async () => {
  const { supervisor, launches } = supervised({ failing: 'service' });
  await expect(supervisor.startAll()).rejects.toThrow('service cannot start');
  expect(launches.map((launch) => launch.name)).toEqual(['store', 'service']);
});
