import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { UserTokenVerifier } from '../kit/user-token.ts';
import type { Audience } from '../platform/facts.ts';
import type { Sessions } from './sessions.ts';

/** Lets a request in (`undefined`) or says why not. Throws `Unavailable` when that cannot be known and must be. */
export type Admission = (audience: Audience, authorization: string | undefined) => Promise<Problem | undefined>;

const unauthenticated = (detail: string): Problem =>
  problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } });

/**
 * Verifies user tokens and their session markers before a service is asked; every service verifies the token again. Where
 * `anyone` may call, a bad token is refused all the same, but keys or markers that cannot be had do not close the route.
 */
export function createAdmission(users: UserTokenVerifier, sessions: Sessions): Admission {
  async function check(audience: Audience, token: string): Promise<Problem | undefined> {
    const claims = await users.verify(token);
    if (!claims) return unauthenticated('The access token is not valid or has expired; refresh it or sign in again.');
    if (await sessions.isRevoked(claims.sessionId))
      return unauthenticated('This session was signed out; sign in again.');
    if (audience === 'admin' && !claims.roles.includes('admin'))
      return problem('forbidden', 'Your account may not do this.');
    return undefined;
  }

  return async (audience, authorization) => {
    if (authorization === undefined)
      return audience === 'anyone' ? undefined : unauthenticated('Send an access token as "Authorization: Bearer …".');
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (!token) return unauthenticated('The Authorization header must read "Bearer" and one token.');
    try {
      return await check(audience, token);
    } catch (error) {
      if (audience === 'anyone' && error instanceof Unavailable) return undefined;
      throw error;
    }
  };
}
