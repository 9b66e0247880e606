import type { MoneyArithmetic } from '../kit/money-laws.ts';

/** Money as many write it first: decimal fractions in binary floating point, rounded at the end. */
export const floatMoney: MoneyArithmetic = {
  money: (amount, currency) => ({ amount_minor: amount, currency }),
  add: (a, b) => ({ ...a, amount_minor: (a.amount_minor / 100 + b.amount_minor / 100) * 100 }),
  subtract: (a, b) => ({ ...a, amount_minor: (a.amount_minor / 100 - b.amount_minor / 100) * 100 }),
  times: (unit, quantity) => ({ ...unit, amount_minor: (unit.amount_minor / 100) * quantity * 100 }),
  sum: (amounts, currency) => ({
    amount_minor: Math.floor(amounts.reduce((total, one) => total + one.amount_minor / 100, 0) * 100),
    currency,
  }),
  format: ({ amount_minor, currency }) => `${currency} ${(amount_minor / 100).toFixed(2)}`,
};
