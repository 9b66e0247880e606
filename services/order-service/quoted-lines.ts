import { equal, type Money, times } from '../kit/money.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { shortageProblem } from './answers.ts';
import type { Quote } from './clients.ts';
import type { OrderLine } from './order.ts';

/** One line per product: what a client lists twice is added up. */
export function mergedLines(items: readonly { readonly product_id: string; readonly quantity: number }[]) {
  const byProduct = new Map<string, number>();
  for (const { product_id, quantity } of items) byProduct.set(product_id, (byProduct.get(product_id) ?? 0) + quantity);
  return [...byProduct].map(([product_id, quantity]) => ({ product_id, quantity }));
}

export type PricedLines = { readonly lines: readonly OrderLine[]; readonly currency: string };

/** The lines at today's prices, or the refusal: an unknown product, mixed currencies, or what is already sold out. */
export function pricedLines(
  asked: readonly { readonly product_id: string; readonly quantity: number }[],
  quotes: readonly Quote[],
  missing: readonly string[],
): PricedLines | Problem {
  const invalid = (detail: string, which: (id: string) => boolean) =>
    problem('invalid_request', 'Correct what "errors" points at.', {
      extra: {
        errors: asked.flatMap(({ product_id }, index) =>
          which(product_id) ? [{ pointer: `/items/${index}/product_id`, detail }] : [],
        ),
      },
    });
  if (missing.length > 0) return invalid('There is no such product.', (id) => missing.includes(id));
  const byId = new Map(quotes.map((quote) => [quote.product_id, quote]));
  const currency = quotes[0]?.unit_price.currency ?? '';
  if (quotes.some((quote) => quote.unit_price.currency !== currency))
    return invalid(
      'All products of an order must have one currency.',
      (id) => byId.get(id)?.unit_price.currency !== currency,
    );

  const shortages = asked.flatMap(({ product_id, quantity }) => {
    const available = byId.get(product_id)?.available ?? 0;
    return available < quantity ? [{ product_id, requested: quantity, available }] : [];
  });
  if (shortages.length > 0) return shortageProblem({ shortages });

  const lines = asked.map(({ product_id, quantity }): OrderLine => {
    const quote = byId.get(product_id);
    if (!quote) throw new Unavailable('product-service', 'its quote lacks a product');
    return {
      product_id,
      title: quote.title,
      quantity,
      unit_minor: quote.unit_price.amount_minor,
      line_minor: times(quote.unit_price, quantity).amount_minor,
      price_version: quote.price_version,
    };
  });
  return { lines, currency };
}

/** The quoted price is the price charged; what the client saw, in its request or in its cart, must be the same. */
export function priceChanged(
  total: Money,
  expected: Money | undefined,
  seen: readonly { readonly product_id: string; readonly unit_minor: number; readonly currency: string }[] | undefined,
  quotes: readonly Quote[],
): Problem | undefined {
  const drifted = (seen ?? []).some((line) => {
    const now = quotes.find((quote) => quote.product_id === line.product_id)?.unit_price;
    return now?.amount_minor !== line.unit_minor || now.currency !== line.currency;
  });
  if (!drifted && (!expected || equal(expected, total))) return undefined;
  return problem('price_changed', 'Look at the new prices and send the order again.', { extra: { total } });
}
