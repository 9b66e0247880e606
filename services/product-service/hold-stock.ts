import { idOf } from '../kit/ids.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { InventoryStore } from './inventory-store.ts';
import { type Hold, type HoldAnswer, type Line, mergeLines } from './reservation.ts';

export type Shortage = { readonly product_id: string; readonly requested: number; readonly available: number };
export type HoldResult = HoldAnswer & { readonly shortages: readonly Shortage[] };

export type HoldParts = {
  readonly inventory: Pick<InventoryStore, 'hold'>;
  readonly catalogue: Pick<CatalogueStore, 'quotes'>;
};

/**
 * Sets stock aside for an order, whole or not at all, and says what was missing when it could not. Stock that came back
 * between the refusal and the look at the shelf gets one more try, so a refusal nearly always names its shortage.
 */
export async function holdStock(parts: HoldParts, wanted: Hold): Promise<HoldResult> {
  const hold = { ...wanted, lines: mergeLines(wanted.lines) };
  let answer = await parts.inventory.hold(hold);
  if (answer.outcome !== 'insufficient') return { ...answer, shortages: [] };
  const shortages = await shortagesOf(parts, hold.lines);
  if (shortages.length > 0) return { ...answer, shortages };
  answer = await parts.inventory.hold(hold);
  return { ...answer, shortages: answer.outcome === 'insufficient' ? await shortagesOf(parts, hold.lines) : [] };
}

async function shortagesOf({ catalogue }: HoldParts, lines: readonly Line[]): Promise<readonly Shortage[]> {
  const quotes = await catalogue.quotes(lines.map((line) => line.product));
  const available = new Map(quotes.map((quote) => [quote.product_id, quote.available]));
  return lines
    .map(({ product, quantity }) => {
      const product_id = idOf('product', product);
      return { product_id, requested: quantity, available: available.get(product_id) ?? 0 };
    })
    .filter((line) => line.available < line.requested);
}
