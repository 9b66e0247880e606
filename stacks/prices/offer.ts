import type { Lookup } from './lookups.ts';
import type { PriceList } from './price-list.ts';

/** A file of AWS's public price list for one service and region, as far as we read it. */
export type Offer = {
  readonly publicationDate: string;
  readonly products: Readonly<Record<string, { readonly attributes: Readonly<Record<string, string>> }>>;
  readonly terms: {
    readonly OnDemand?: Readonly<Record<string, Readonly<Record<string, { readonly priceDimensions: Dimensions }>>>>;
  };
};
type Dimensions = Readonly<
  Record<string, { readonly beginRange?: string; readonly pricePerUnit: { readonly USD?: string } }>
>;

/** Where the file of a service and region is, below `base`. */
export const offerUrl = (base: string, offer: string, region: string): string =>
  `${base}/offers/v1.0/aws/${offer}/current/${region}/index.json`;

/** US dollars for our unit, from the first tier that is not free. Throws with a sentence where the list has none, or several. */
export function listedPrice(offer: Offer, { usage, where = {}, units = 1 }: Lookup): number {
  const found = Object.entries(offer.products).filter(
    ([, { attributes }]) =>
      unprefixed(attributes.usagetype) === usage &&
      Object.entries(where).every(([name, value]) => attributes[name] === value),
  );
  const prices = found.flatMap(([sku]) =>
    Object.values(offer.terms.OnDemand?.[sku] ?? {}).flatMap(({ priceDimensions }) => firstPaid(priceDimensions)),
  );
  const [price, ...others] = new Set(prices);
  if (price === undefined) throw new Error(`the list has no price for ${usage}.`);
  if (others.length > 0) throw new Error(`the list has ${others.length + 1} prices for ${usage}; narrow its lookup.`);
  return Number((price * units).toPrecision(10));
}

/** The list puts `APS3-` or `ap-south-1-` in front, by service. */
const unprefixed = (usagetype = ''): string => usagetype.replace(/^([A-Z]{2,4}\d-|[a-z]+-[a-z]+-\d-)/, '');

function firstPaid(dimensions: Dimensions): readonly number[] {
  const paid = Object.values(dimensions)
    .map(({ beginRange = '0', pricePerUnit }) => ({ from: Number(beginRange), usd: Number(pricePerUnit.USD ?? 0) }))
    .filter(({ usd }) => usd > 0)
    .toSorted((a, b) => a.from - b.from);
  return paid.slice(0, 1).map(({ usd }) => usd);
}

/**
 * The list with every price that `offers` (by their codes) knows, read on `day`, and a sentence for each that changed or could not be
 * read; what could not be read stays as it was.
 */
export function refreshed(
  list: PriceList,
  lookups: Readonly<Record<string, Lookup>>,
  offers: Readonly<Record<string, Offer | Error>>,
  day: string,
): { readonly list: PriceList; readonly sentences: readonly string[] } {
  const sentences: string[] = [];
  const prices = Object.fromEntries(
    Object.entries(list.prices).map(([name, price]) => {
      const lookup = lookups[name];
      if (!lookup) return [name, price];
      try {
        const offer = offers[lookup.offer] ?? new Error(`${lookup.offer} was not read.`);
        if (offer instanceof Error) throw offer;
        const usd = listedPrice(offer, lookup);
        if (usd !== price.usd) sentences.push(`${name}: ${price.usd} → ${usd} for one ${price.per}`);
        return [name, { ...price, usd, source: 'price-list', read: offer.publicationDate.slice(0, 10) }];
      } catch (error) {
        sentences.push(`${name} stays at ${price.usd}: ${error instanceof Error ? error.message : error}`);
        return [name, price];
      }
    }),
  );
  const sources = { ...list.sources, 'price-list': `AWS's public price list for ${list.region}, read on ${day}.` };
  return { list: { ...list, recorded: day, sources, prices }, sentences };
}
