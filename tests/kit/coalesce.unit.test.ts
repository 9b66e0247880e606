import { expect, test } from 'vitest';
import { createCoalescer } from '../../services/kit/coalesce.ts';

const overflow = () => new Error('full');
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Doubles numbers, and remembers the batches in which they came and how many ran at once. */
function doubling(options: { maxBatch?: number; lanes?: number; maxQueue?: number }) {
  const batches: number[][] = [];
  let running = 0;
  let most = 0;
  const ask = createCoalescer<number, number>({
    maxBatch: 100,
    lanes: 1,
    maxQueue: 1_000,
    overflow,
    ...options,
    async run(batch) {
      batches.push([...batch]);
      most = Math.max(most, ++running);
      await later();
      running -= 1;
      if (batch.includes(13)) throw new Error('unlucky');
      return batch.map((one) => one * 2);
    },
  });
  return { ask, batches, mostAtOnce: () => most };
}

test('what comes in one tick goes as one batch, and each caller gets its own answer', async () => {
  const { ask, batches } = doubling({});
  expect(await Promise.all([1, 2, 3].map(ask))).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('one that comes alone goes at once', async () => {
  const { ask, batches } = doubling({});
  expect(await ask(1)).toBe(2);
  expect(await ask(2)).toBe(4);
  expect(batches).toEqual([[1], [2]]);
});

test('what comes while a call is in flight makes up the next one, in the order of arrival', async () => {
  const { ask, batches } = doubling({});
  const first = ask(1);
  await Promise.resolve();
  await Promise.resolve();
  const others = [2, 3, 4].map(ask);
  await Promise.all([first, ...others]);
  expect(batches).toEqual([[1], [2, 3, 4]]);
});

test('no batch is longer than its limit, and no more calls run than there are lanes', async () => {
  for (const lanes of [1, 2, 4]) {
    const { ask, batches, mostAtOnce } = doubling({ maxBatch: 10, lanes });
    const wanted = Array.from({ length: 95 }, (_, index) => index + 100);
    expect(await Promise.all(wanted.map(ask))).toEqual(wanted.map((one) => one * 2));
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(10);
    expect(batches.flat()).toEqual(wanted);
    expect(mostAtOnce()).toBe(lanes);
  }
});

test('a call that fails fails its own batch only, and the next one runs', async () => {
  const { ask } = doubling({ maxBatch: 2 });
  const settled = await Promise.allSettled([1, 13, 3, 4].map(ask));
  expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await ask(5)).toBe(10);
});

test('past the queue’s limit callers are refused at once, and the others are answered', async () => {
  const { ask } = doubling({ maxQueue: 3 });
  const settled = await Promise.allSettled([1, 2, 3, 4, 5].map(ask));
  expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(settled[4]).toMatchObject({ reason: { message: 'full' } });
});

test('a call that answers too few fails its callers instead of mixing them up', async () => {
  const ask = createCoalescer<number, number>({ run: async () => [1], maxBatch: 10, lanes: 1, maxQueue: 10, overflow });
  const settled = await Promise.allSettled([1, 2].map(ask));
  expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected']);
});
