import type { Hono } from 'hono';
import { type AppParts, createApp as createKitApp } from '../kit/app.ts';
import { type UserDeps, userRoutes } from './routes.ts';

export type UserAppParts = Omit<AppParts, 'routes'> & { readonly deps: UserDeps };

/** The HTTP application of user-service. */
export const createApp = ({ deps, ...parts }: UserAppParts): Hono =>
  createKitApp({ ...parts, routes: userRoutes(deps) });
