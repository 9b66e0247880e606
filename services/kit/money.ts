/** Integer minor units (paise, cents) of an ISO 4217 currency. The only module that does arithmetic on amounts. */
export type Money = { readonly amount_minor: number; readonly currency: string };

/** Digits after the point, where it is not 2 (ISO 4217). */
const exponents: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  CLP: 0,
  BHD: 3,
  KWD: 3,
  OMR: 3,
  JOD: 3,
  TND: 3,
};

/** Makes an amount; throws a RangeError when it is not a safe whole number from 0, or the currency not three capitals. */
export function money(amountMinor: number, currency: string): Money {
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 0)
    throw new RangeError(`${amountMinor} is not a whole number of minor units from 0`);
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`${currency} is not an ISO 4217 currency code`);
  return { amount_minor: amountMinor, currency };
}

function sameCurrency(a: Money, b: Money): string {
  if (a.currency !== b.currency) throw new RangeError(`cannot combine ${a.currency} with ${b.currency}`);
  return a.currency;
}

/** Sum of two amounts; throws a RangeError when the currencies differ or the sum is no safe integer. */
export const add = (a: Money, b: Money): Money => money(a.amount_minor + b.amount_minor, sameCurrency(a, b));

/** `a − b`; throws a RangeError when it would be negative. */
export const subtract = (a: Money, b: Money): Money => money(a.amount_minor - b.amount_minor, sameCurrency(a, b));

/** A line's total: unit price × whole quantity. */
export function times(unit: Money, quantity: number): Money {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${quantity} is not a whole quantity`);
  return money(unit.amount_minor * quantity, unit.currency);
}

/** Sum of amounts in one currency, which is given so that the sum of none has one too. */
export const sum = (amounts: readonly Money[], currency: string): Money =>
  amounts.reduce((total, amount) => add(total, amount), money(0, currency));

/** Whether two amounts are the same amount of the same currency. */
export const equal = (a: Money, b: Money): boolean => a.currency === b.currency && a.amount_minor === b.amount_minor;

/** For people: `INR 1,500.00`, `JPY 1,500`. */
export function format({ amount_minor, currency }: Money): string {
  const digits = exponents[currency] ?? 2;
  const padded = String(amount_minor).padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${whole}${digits > 0 ? `.${padded.slice(-digits)}` : ''}`;
}
