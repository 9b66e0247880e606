import { type AppParts, createApp as createServiceApp } from '../kit/app.ts';
import type { Route } from '../kit/route.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { InventoryStore } from './inventory-store.ts';
import { reservationRoutes } from './reservation-routes.ts';
import { stockRoutes } from './stock-routes.ts';

export type ProductDeps = { readonly catalogue: CatalogueStore; readonly inventory: InventoryStore };

/** Every route of the service, public and internal. */
export const productRoutes = ({ catalogue, inventory }: ProductDeps): readonly Route[] => [
  ...catalogueRoutes(catalogue),
  ...stockRoutes(inventory),
  ...reservationRoutes({ catalogue, inventory }),
];

/** The HTTP application of product-service. */
export const createApp = (deps: ProductDeps & Omit<AppParts, 'routes'>) =>
  createServiceApp({ ...deps, routes: productRoutes(deps) });
