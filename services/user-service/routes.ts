import type { Route } from '../kit/route.ts';
import { authRoutes } from './auth-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import type { SignInParts } from './sign-in.ts';
import { userAccountRoutes } from './user-routes.ts';

export type UserDeps = SignInParts;

/** Every operation of user-service. */
export const userRoutes = (deps: UserDeps): readonly Route[] => [
  ...authRoutes(deps),
  ...sessionRoutes(deps),
  ...userAccountRoutes(deps),
];
