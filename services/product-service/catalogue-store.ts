import type { Cursor } from './cursor.ts';
import type { CatalogueQuery, NewProduct, Product, ProductChange, Quote } from './product.ts';

export type ProductPage = { readonly items: readonly Product[]; readonly next: Cursor | undefined };

/** The catalogue; ids are UUIDs without their prefix. Every method throws `Unavailable` when the database cannot be asked. */
export interface CatalogueStore {
  find(product: string): Promise<Product | undefined>;
  /** At most `limit` products that come after the cursor; `next` is undefined on the last page. */
  page(query: CatalogueQuery, after: Cursor | undefined, limit: number): Promise<ProductPage>;
  create(
    product: NewProduct,
  ): Promise<{ readonly kind: 'created'; readonly product: Product } | { readonly kind: 'sku_taken' }>;
  /** A price that really differs raises `price_version`; `undefined` when there is no such product. */
  change(product: string, change: ProductChange): Promise<Product | undefined>;
  /** Those that exist, in no particular order. */
  quotes(products: readonly string[]): Promise<readonly Quote[]>;
}
