import { decodeProtectedHeader } from 'jose';
import type { ServiceName } from '../platform/names.ts';
import { type Problem, problem } from './problem.ts';
import type { ServiceTokenVerifier } from './service-token.ts';
import { accessTokenType, type Role, type UserClaims, type UserTokenVerifier } from './user-token.ts';

/** Who may use a route, as data beside it. At least one of the three must be given. */
export type Access =
  | { readonly anyone: true }
  | { readonly user: 'any' | Role; readonly services?: readonly ServiceName[] }
  | { readonly services: readonly ServiceName[] };

/** Who is asking. A service that acts for a user carries that user's verified claims. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | ({ readonly kind: 'user'; readonly token: string } & UserClaims)
  | { readonly kind: 'service'; readonly service: ServiceName; readonly user: UserClaims | undefined };

export type Verifiers = { readonly users: UserTokenVerifier; readonly services: ServiceTokenVerifier };

const unauthenticated = (detail: string): Problem =>
  problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } });

function tokenType(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ;
  } catch {
    return undefined;
  }
}

/**
 * Establishes who asks and whether the route lets them: a `Principal`, or the problem to answer with. A token that was
 * sent must be valid even where none is needed. Throws `Unavailable` when a key set cannot be fetched.
 */
export async function authorize(
  access: Access,
  authorization: string | undefined,
  userToken: string | undefined,
  verifiers: Verifiers,
): Promise<Principal | Problem> {
  if (authorization === undefined) {
    return 'anyone' in access
      ? { kind: 'anonymous' }
      : unauthenticated('Send an access token as "Authorization: Bearer …".');
  }
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (!token) return unauthenticated('The Authorization header must read "Bearer" and one token.');

  if (tokenType(token)?.toLowerCase() === accessTokenType) {
    const claims = await verifiers.users.verify(token);
    if (!claims) return unauthenticated('The access token is not valid or has expired; refresh it or sign in again.');
    if ('anyone' in access) return { kind: 'user', token, ...claims };
    const wanted = 'user' in access ? access.user : undefined;
    if (wanted === 'any' || (wanted && claims.roles.includes(wanted))) return { kind: 'user', token, ...claims };
    return problem('forbidden', 'Your account may not do this.');
  }

  const service = await verifiers.services.verify(token);
  if (!service) return unauthenticated('The token is not valid for this service or has expired.');
  const allowed = 'services' in access ? (access.services ?? []) : [];
  if (!allowed.includes(service)) return problem('forbidden', 'This service may not call this route.');
  const user = userToken === undefined ? undefined : await verifiers.users.verify(userToken);
  if (userToken !== undefined && !user) return unauthenticated('The user token sent along is not valid.');
  return { kind: 'service', service, user };
}
