import type { Money } from '../kit/money.ts';

/** A product as clients see it. `available` is what could be held now: on hand minus held. */
export type Product = {
  readonly product_id: string;
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly price: Money;
  /** Grows by one with every change of the price, so that an order can say which price it saw. */
  readonly price_version: number;
  readonly available: number;
  readonly image_urls: readonly string[];
};

export type NewProduct = Pick<Product, 'sku' | 'title' | 'description' | 'category' | 'price'>;

/** What an administrator may change; absent fields stay as they are. */
export type ProductChange = { readonly [K in 'title' | 'description' | 'category' | 'price']?: Product[K] | undefined };

export const productSorts = ['newest', 'price_asc', 'price_desc', 'relevance'] as const;
export type ProductSort = (typeof productSorts)[number];

/** Which products of the catalogue, in which order. `relevance` needs `q`. */
export type CatalogueQuery = {
  readonly category: string | undefined;
  readonly q: string | undefined;
  readonly sort: ProductSort;
};

/** What a product costs and whether it is there, for an order. */
export type Quote = Pick<Product, 'product_id' | 'title' | 'price_version' | 'available'> & {
  readonly unit_price: Money;
};
