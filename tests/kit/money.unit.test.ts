import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as arithmetic from '../../services/kit/money.ts';
import { moneyLaws } from './money-laws.ts';

const { add, equal, format, money, subtract, sum, times } = arithmetic;

// quality.md, T7: 50,000 cases over the four laws; 1,000,000 before a release.
const cases = 12_500;

for (const [law, property] of Object.entries(moneyLaws(arithmetic)))
  test(law, () => {
    const seed = randomInt(2 ** 31);
    process.stdout.write(`${law}: seed ${seed}\n`);
    fc.assert(property as fc.IProperty<unknown>, { numRuns: cases, seed });
  });

test('only whole minor units from zero are money', () => {
  for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1' as unknown as number])
    expect(() => money(wrong, 'INR')).toThrow(RangeError);
  for (const wrong of ['', 'inr', 'RUPEE', 'IN', 'I1R']) expect(() => money(1, wrong)).toThrow(RangeError);
});

test('different currencies cannot be combined', () => {
  expect(() => add(money(1, 'INR'), money(1, 'USD'))).toThrow('cannot combine INR with USD');
  expect(() => subtract(money(1, 'INR'), money(1, 'USD'))).toThrow(RangeError);
  expect(() => sum([money(1, 'USD')], 'INR')).toThrow(RangeError);
  expect(equal(money(1, 'INR'), money(1, 'USD'))).toBe(false);
  expect(equal(money(1, 'INR'), money(1, 'INR'))).toBe(true);
});

test('a result that is negative or cannot be exact is refused, not rounded', () => {
  const most = money(Number.MAX_SAFE_INTEGER, 'INR');
  expect(() => add(most, money(1, 'INR'))).toThrow(RangeError);
  expect(() => times(most, 2)).toThrow(RangeError);
  expect(() => subtract(money(1, 'INR'), money(2, 'INR'))).toThrow(RangeError);
  for (const quantity of [-1, 0.5, Number.NaN]) expect(() => times(money(1, 'INR'), quantity)).toThrow(RangeError);
});

test('people read amounts with separators and the currency’s own digits', () => {
  expect(format(money(150_000, 'INR'))).toBe('INR 1,500.00');
  expect(format(money(5, 'INR'))).toBe('INR 0.05');
  expect(format(money(1_500, 'JPY'))).toBe('JPY 1,500');
  expect(format(money(1_234_567, 'KWD'))).toBe('KWD 1,234.567');
});
