import { randomInt } from 'node:crypto';

/** Numbers from 0 to `below - 1` that the same seed repeats (mulberry32). */
export type Random = (below: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A new seed, printed so that a failure can be repeated. */
export function printedSeed(of: string): number {
  const seed = randomInt(2 ** 31);
  process.stdout.write(`${of}: seed ${seed}\n`);
  return seed;
}
