import type { Hono } from 'hono';
import { type AppParts, createApp as createKitApp } from '../kit/app.ts';
import type { Route } from '../kit/route.ts';
import { type cartRoutes as CartRoutes, cartRoutes } from './cart-routes.ts';
import { type InternalRouteParts, internalRoutes } from './internal-routes.ts';
import { type OrderRouteParts, orderRoutes } from './order-routes.ts';

export type OrderServiceParts = OrderRouteParts & InternalRouteParts & Parameters<typeof CartRoutes>[0];

/** Every operation of the service. */
export const orderServiceRoutes = (parts: OrderServiceParts): readonly Route[] => [
  ...orderRoutes(parts),
  ...cartRoutes(parts),
  ...internalRoutes(parts),
];

/** The service as a function of its dependencies; it does no I/O of its own. */
export const createApp = (parts: OrderServiceParts & Omit<AppParts, 'routes'>): Hono =>
  createKitApp({ ...parts, routes: orderServiceRoutes(parts) });
