import recorded from './aws-ap-south-1.json' with { type: 'json' };

/** US dollars for one unit, what the unit is, and the page where it is to be looked up again. */
export type Price = { readonly usd: number; readonly per: string; readonly page: string };

export type PriceList = {
  readonly region: string;
  readonly currency: string;
  /** Day of the record. */
  readonly recorded: string;
  /** How far the figures can be trusted; printed under every estimate. */
  readonly standing: string;
  readonly prices: Readonly<Record<string, Price>>;
};

/** The committed record of list prices. */
export const priceList: PriceList = recorded;
