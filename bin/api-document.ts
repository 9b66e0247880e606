import { openApiDocument } from '../services/kit/openapi.ts';
import type { ProblemCode } from '../services/kit/problem.ts';
import type { Route } from '../services/kit/route.ts';
import { orderServiceRoutes } from '../services/order-service/app.ts';
import { paymentRoutes } from '../services/payment-service/routes.ts';
import type { Audience, RouteKey, ServiceFacts } from '../services/platform/facts.ts';
import type { ServiceName } from '../services/platform/names.ts';
import { platform } from '../services/platform/platform.ts';
import { productRoutes } from '../services/product-service/app.ts';
import { userRoutes } from '../services/user-service/routes.ts';

/** Stands for every dependency of a route table that is only read, never called. */
const inert: never = new Proxy(() => {}, { get: (_, name) => (name === 'then' ? undefined : inert) }) as never;

/** The route table of every service, internal routes included. The gateway has none of its own. */
export const serviceRoutes: Readonly<Record<ServiceName, readonly Route[]>> = {
  'api-gateway': [],
  'user-service': userRoutes(inert),
  'product-service': productRoutes(inert),
  'order-service': orderServiceRoutes(inert),
  'payment-service': paymentRoutes(inert),
};

/** What the gateway may refuse any request with before a service sees it. */
const gatewayProblems: readonly ProblemCode[] = ['request_timeout', 'body_too_large', 'head_too_large', 'unavailable'];

export const keyOf = (route: Route): RouteKey => `${route.method} ${route.path}`;

/** Who may use a route through the gateway; `undefined` for a route that is for services only. */
export function audienceOf({ access }: Route): Audience | undefined {
  if ('anyone' in access) return 'anyone';
  if ('user' in access) return access.user === 'admin' ? 'admin' : 'user';
  return undefined;
}

const asClientsSeeIt = (route: Route): Route => ({
  ...route,
  access: 'user' in route.access ? { user: route.access.user } : route.access,
  problems: [...route.problems, ...gatewayProblems],
});

const publicRoutesOf = ({ name, publicRoutes }: ServiceFacts): readonly Route[] =>
  serviceRoutes[name].filter((route) => Object.hasOwn(publicRoutes, keyOf(route))).map(asClientsSeeIt);

/** The OpenAPI document of what the gateway serves. */
export const publicApiDocument = () =>
  openApiDocument(
    'E-commerce platform',
    '/api/v1',
    Object.fromEntries(
      Object.values(platform.services)
        .map((facts) => [facts.name, publicRoutesOf(facts)] as const)
        .filter(([, routes]) => routes.length > 0),
    ),
  );
