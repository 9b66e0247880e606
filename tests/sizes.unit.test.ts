import { describe, expect, test } from 'vitest';
import { badFiles, linesOf, quantile } from './sizes.ts';
import { repository, sourcesBelow } from './sources.ts';

const sources = sourcesBelow(repository);
const lines = sources.map(linesOf);

describe('hand-written files stay small', () => {
  test('half of them have at most 60 lines, nine in ten at most 180', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(quantile(lines, 0.5)).toBeLessThanOrEqual(60);
    expect(quantile(lines, 0.9)).toBeLessThanOrEqual(180);
  });

  test('none has more than 300 lines, a name that says nothing, a default export, or only re-exports', () => {
    expect(badFiles(sources)).toEqual([]);
  });
});

test.each([
  ['services/a/long.ts', 'x\n'.repeat(301), /has 301 lines/],
  ['services/a/utils.ts', 'const a = 1;', /"utils\.ts" says nothing/],
  ['services/a/order.types.ts', 'const a = 1;', /says nothing/],
  ['services/common/order.ts', 'const a = 1;', /"common" says nothing/],
  ['services/helpers/order.ts', 'const a = 1;', /"helpers" says nothing/],
  ['services/a/placeOrder.ts', 'const a = 1;', /not in kebab-case/],
  ['services/a/index.ts', "export * from './order.ts';\nexport { a, b } from './cart.ts';\n", /only re-exports/],
  [
    'services/a/all.ts',
    "import { a } from './a.ts';\nimport { b } from './b.ts';\nexport { a, b };\n",
    /only re-exports/,
  ],
  ['services/a/order.ts', 'export default function order() {}', /default export/],
])('%s is refused with a sentence', (path, text, sentence) => {
  expect(badFiles([{ path, text }]).join('\n')).toMatch(sentence);
});

test('quantiles are those of the numbers', () => {
  expect([quantile([3, 1, 2], 0.5), quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9), quantile([], 0.5)]).toEqual([
    2, 9, 0,
  ]);
});
