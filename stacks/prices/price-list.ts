import recorded from './aws-ap-south-1.json' with { type: 'json' };

/** US dollars for one unit, what the unit is, and how far to trust it. */
export type Price = {
  readonly usd: number;
  readonly per: string;
  /** Where it is to be looked up again. */
  readonly page: string;
  /** Name in `sources` of who says so. */
  readonly source: string;
  /** Day or month when it was read there; `memory` when nobody has. */
  readonly read: string;
};

export const remembered = ({ read }: Pick<Price, 'read'>): boolean => read === 'memory';

export type PriceList = {
  readonly region: string;
  readonly currency: string;
  /** Day of the record. */
  readonly recorded: string;
  /** How far the figures can be trusted; printed under every estimate. */
  readonly standing: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<string, Price>>;
};

/** The committed record of list prices. */
export const priceList: PriceList = recorded;
