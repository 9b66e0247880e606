import { expect, test } from 'vitest';
import type { Access } from '../../services/kit/access.ts';
import type { Audience } from '../../services/platform/facts.ts';
import { productRoutes } from '../../services/product-service/app.ts';
import type { CatalogueStore } from '../../services/product-service/catalogue-store.ts';
import type { InventoryStore } from '../../services/product-service/inventory-store.ts';
import { productService } from '../../services/product-service/service.ts';

// Listing the routes asks no store anything.
const routes = productRoutes({ catalogue: {} as CatalogueStore, inventory: {} as InventoryStore });

const audienceOf = (access: Access): Audience | 'services' => {
  if ('anyone' in access) return 'anyone';
  if (!('user' in access)) return 'services';
  return access.user === 'admin' ? 'admin' : 'user';
};

test('the routes that users may reach are exactly the declared public ones, for exactly the declared audience', () => {
  const reachable = routes
    .map((one) => [`${one.method} ${one.path}`, audienceOf(one.access)] as const)
    .filter(([, audience]) => audience !== 'services');
  expect(Object.fromEntries(reachable)).toEqual(productService.publicRoutes);
});

test('every other route is for order-service alone', () => {
  const internal = routes.filter((one) => audienceOf(one.access) === 'services');
  expect(internal.map((one) => `${one.method} ${one.path}`).sort()).toEqual([
    'POST /internal/quotes',
    'POST /internal/reservations/:order_id/commit',
    'POST /internal/reservations/:order_id/expire',
    'POST /internal/reservations/:order_id/extend',
    'POST /internal/reservations/:order_id/release',
    'POST /internal/reservations/:order_id/return',
    'POST /products/:product_id/reserve',
    'PUT /internal/reservations/:order_id',
  ]);
  for (const one of internal) expect(one.access).toEqual({ services: ['order-service'] });
});
