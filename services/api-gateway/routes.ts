import type { Audience, Method } from '../platform/facts.ts';
import type { ServiceName } from '../platform/names.ts';
import type { Platform } from '../platform/platform.ts';

/** What stands before every public path; services serve their paths without it. */
export const publicPrefix = '/api/v1';

/** Also at the root, where verifiers look for it (RFC 8615). */
const wellKnown = 'GET /.well-known/jwks.json';

export type RelayedRoute = {
  readonly method: Method;
  /** As clients send it, with `:name` for its parameters: `/api/v1/orders/:order_id`. */
  readonly path: string;
  readonly service: ServiceName;
  readonly audience: Audience;
  /** How many characters to take off the request target for the service. */
  readonly stripped: number;
};

/** The routes that the gateway relays, exactly the `publicRoutes` of all services, fixed segments before parameters. */
export function relayedRoutes(platform: Platform): readonly RelayedRoute[] {
  const routes = Object.values(platform.services).flatMap((service) =>
    Object.entries(service.publicRoutes).flatMap(([key, audience]): RelayedRoute[] => {
      const [method, path] = key.split(' ') as [Method, string];
      const relayed = { method, service: service.name, audience };
      const prefixed = { ...relayed, path: `${publicPrefix}${path}`, stripped: publicPrefix.length };
      return key === wellKnown ? [prefixed, { ...relayed, path, stripped: 0 }] : [prefixed];
    }),
  );
  // A parameter sorts after every character of a fixed segment, so /users/me is tried before /users/:user_id.
  const rank = (path: string) => path.replaceAll(':', '\uffff');
  return routes.toSorted((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1));
}
