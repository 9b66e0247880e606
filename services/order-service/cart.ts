import { add, type Money, money, times } from '../kit/money.ts';

/** What a line's price was when its owner last saw it. */
export type CartLine = {
  readonly product_id: string;
  readonly title: string;
  readonly quantity: number;
  readonly unit_minor: number;
  readonly currency: string;
};

/** `version` counts the writes; 0 is a cart that was never written. `updated_at` in epoch milliseconds. */
export type Cart = {
  readonly cart_id: string;
  readonly version: number;
  readonly lines: readonly CartLine[];
  readonly updated_at: number;
};

export const maxCartLines = 50;
export const maxQuantity = 1_000;

/** A cart nobody has written yet. */
export const emptyCart = (cartId: string, now: number): Cart => ({
  cart_id: cartId,
  version: 0,
  lines: [],
  updated_at: now,
});

/** The cart with exactly this line for its product; a quantity of 0 takes it out. */
export function withLine(cart: Cart, line: CartLine): Cart {
  const others = cart.lines.filter((one) => one.product_id !== line.product_id);
  const at = cart.lines.findIndex((one) => one.product_id === line.product_id);
  if (line.quantity === 0) return { ...cart, lines: others };
  return {
    ...cart,
    lines: at < 0 ? [...cart.lines, line] : cart.lines.map((one, index) => (index === at ? line : one)),
  };
}

/** Both carts' lines; where both have a product, the larger quantity stays. */
export function merge(into: Cart, from: Cart): Cart {
  return from.lines.reduce((cart, line) => {
    const known = cart.lines.find((one) => one.product_id === line.product_id);
    return withLine(cart, known && known.quantity >= line.quantity ? known : line);
  }, into);
}

/** Sum of the lines in the currency of the first; an empty cart is 0 of `fallbackCurrency`. */
export function subtotal(cart: Cart, fallbackCurrency: string): Money {
  const currency = cart.lines[0]?.currency ?? fallbackCurrency;
  return cart.lines.reduce(
    (total, line) => add(total, times(money(line.unit_minor, line.currency), line.quantity)),
    money(0, currency),
  );
}
