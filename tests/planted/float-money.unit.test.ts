import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moneyLaws } from '../kit/money-laws.ts';
import { floatMoney } from './float-money.ts';

for (const [law, property] of Object.entries(moneyLaws(floatMoney)))
  test(`floating-point money breaks the law: ${law}`, () => {
    const result = fc.check(property as fc.IProperty<unknown>, { numRuns: 12_500, seed: 1 });
    expect(result.failed).toBe(true);
  });
