import { expect, test } from 'vitest';
import { plainBugs } from './order-bugs.ts';
import { runWith } from './plant-run.ts';

test.for(plainBugs)('the bug "$bug" is caught', { timeout: 120_000 }, async (planted) => {
  const { failed, output } = await runWith('unit', planted, planted.plant);
  expect(failed, output.slice(-3_000)).toBeGreaterThan(0);
});
