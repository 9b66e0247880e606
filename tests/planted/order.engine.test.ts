import { expect, test } from 'vitest';
import { engineBugs } from './order-bugs.ts';
import { runWith } from './plant-run.ts';

// The tests pass without a bug: that is what the rest of the run shows.
test.for(engineBugs)('the bug "$bug" is caught', { timeout: 180_000 }, async (planted) => {
  const { failed, output } = await runWith('integration', planted, planted.plant);
  expect(failed, output.slice(-3_000)).toBeGreaterThan(0);
});
