import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog } from '../../services/kit/log.ts';
import { startLoop } from '../../services/kit/loop.ts';

const log = createLog('tests', 'fatal');
const hour = 3_600_000;

test('a turn that throws does not end the loop', async () => {
  let turns = 0;
  const loop = startLoop({
    name: 'failing',
    everyMs: 1,
    log,
    async turn() {
      turns += 1;
      throw new Error('down');
    },
  });
  await expect.poll(() => turns).toBeGreaterThan(3);
  await loop.stop();
});

test('waking runs the next turn at once, also when it comes during a turn', async () => {
  let turns = 0;
  let finish = () => {};
  const loop = startLoop({
    name: 'woken',
    everyMs: hour,
    log,
    turn: () =>
      new Promise<void>((resolve) => {
        turns += 1;
        finish = resolve;
      }),
  });
  expect(turns).toBe(1);
  loop.wake();
  finish();
  await expect.poll(() => turns).toBe(2);
  finish();
  await sleep(20);
  expect(turns).toBe(2);
  loop.wake();
  await expect.poll(() => turns).toBe(3);
  finish();
  await loop.stop();
});

test('stopping tells the turn, waits for it, and no other begins', async () => {
  const seen: string[] = [];
  const loop = startLoop({
    name: 'stopped',
    everyMs: 1,
    log,
    async turn(signal) {
      seen.push('begin');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await sleep(10);
      seen.push('end');
    },
  });
  await loop.stop();
  expect(seen).toEqual(['begin', 'end']);
  await sleep(20);
  expect(seen).toHaveLength(2);
});
