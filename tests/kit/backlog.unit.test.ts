import { expect, test } from 'vitest';
import { createBacklog } from '../../services/kit/backlog.ts';

function backlogAt(start: number) {
  let now = start;
  const clock = { now: () => now, monotonic: () => now };
  const backlog = createBacklog(clock, ['saga', 'outbox'], (sk) => (sk === 'META' ? 'saga' : 'outbox'));
  return {
    backlog,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
const item = (sk: string, due: number) => ({ pk: 'ORDER#1', sk, due });

test('the age is that of the oldest work of its kind over all shards, and 0 where there is none', () => {
  const { backlog } = backlogAt(10_000);
  backlog.saw(1, [item('META', 9_000), item('META', 8_000)]);
  backlog.saw(2, [item('META', 9_500)]);
  expect([...backlog.ages()]).toEqual([
    ['saga', 2],
    ['outbox', 0],
  ]);
  backlog.saw(1, []);
  backlog.saw(3, [item('EVT#1', 4_000)]);
  expect(backlog.ages()).toEqual(
    new Map([
      ['saga', 0.5],
      ['outbox', 6],
    ]),
  );
});

test('a shard that is looked at no more is forgotten: another replica has it', () => {
  const { backlog, pass } = backlogAt(10_000);
  backlog.saw(1, [item('META', 8_000)]);
  pass(14_000);
  expect(backlog.ages().get('saga')).toBe(16);
  pass(2_000);
  expect(backlog.ages().get('saga')).toBe(0);
});
