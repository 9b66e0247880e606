import type { Hono } from 'hono';
import { type AppParts, createApp as createKitApp } from '../kit/app.ts';
import { type PaymentRouteParts, paymentRoutes } from './routes.ts';

/** The service as a function of its dependencies; it does no I/O of its own. */
export const createApp = (parts: PaymentRouteParts & Omit<AppParts, 'routes'>): Hono =>
  createKitApp({ ...parts, routes: paymentRoutes(parts) });
