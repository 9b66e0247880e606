import fc from 'fast-check';
import type * as moneyModule from '../../services/kit/money.ts';

/** What any implementation of money arithmetic must offer to be tried. */
export type MoneyArithmetic = Pick<typeof moneyModule, 'add' | 'subtract' | 'times' | 'sum' | 'money' | 'format'>;

const currency = fc.constantFrom('INR', 'USD', 'JPY', 'KWD');
// A million lines of this size still add up exactly.
const amount = fc.oneof(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 9_000_000_000 }));
const quantity = fc.integer({ min: 0, max: 10_000 });

/**
 * The laws that money must obey, in exact integers, as named properties: each throws a counterexample with its seed. BigInt is
 * the judge, for it cannot round.
 */
export function moneyLaws({ add, subtract, times, sum, money, format }: MoneyArithmetic) {
  const lines = fc.array(fc.tuple(amount, quantity), { maxLength: 20 });
  const total = (of: readonly (readonly [number, number])[]) =>
    of.reduce((all, [unit, count]) => all + BigInt(unit) * BigInt(count), 0n);
  return {
    'the total of an order is the exact sum of its lines': fc.property(lines, currency, (of, code) => {
      const exact = total(of);
      fc.pre(exact <= BigInt(Number.MAX_SAFE_INTEGER));
      const result = sum(
        of.map(([unit, count]) => times(money(unit, code), count)),
        code,
      );
      return BigInt(result.amount_minor) === exact && result.currency === code;
    }),
    'a line of n units is n additions of one': fc.property(
      amount,
      fc.integer({ min: 0, max: 50 }),
      currency,
      (unit, count, code) => {
        let added = money(0, code);
        for (let n = 0; n < count; n += 1) added = add(added, money(unit, code));
        return added.amount_minor === times(money(unit, code), count).amount_minor;
      },
    ),
    'refunds in any parts never add up to more than was captured': fc.property(
      amount,
      fc.array(amount, { maxLength: 8 }),
      currency,
      (captured, refunds, code) => {
        let left = money(captured, code);
        let given = 0n;
        for (const refund of refunds) {
          try {
            left = subtract(left, money(refund, code));
            given += BigInt(refund);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
          }
        }
        return given <= BigInt(captured) && given + BigInt(left.amount_minor) === BigInt(captured);
      },
    ),
    'what people read has the digits of the currency and the same value': fc.property(amount, currency, (of, code) => {
      const [name, text = ''] = format(money(of, code)).split(' ');
      const digits = code === 'JPY' ? 0 : code === 'KWD' ? 3 : 2;
      const shown = text.split('.')[1] ?? '';
      return name === code && shown.length === digits && BigInt(text.replace(/[.,]/g, '')) === BigInt(of);
    }),
  };
}
