import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type ServiceName, serviceNames } from '../platform/names.ts';
import { Unavailable } from './unavailable.ts';
import { isBadToken, isCanonicalToken } from './user-token.ts';

const clockTolerance = 5;
const subjectPrefix = 'system:serviceaccount:ecommerce:';

/** The `sub` of a service's token: that of a Kubernetes service account in the namespace `ecommerce`. */
export const serviceSubject = (service: ServiceName): string => `${subjectPrefix}${service}`;

export interface ServiceTokenVerifier {
  /** The calling service of a valid token, else `undefined`. Throws `Unavailable` when the keys cannot be fetched. */
  verify(token: string): Promise<ServiceName | undefined>;
}

/** Verifies projected service-account tokens whose audience is this service. */
export function createServiceTokenVerifier(keys: JWTVerifyGetKey, self: ServiceName): ServiceTokenVerifier {
  const verified = new LRUCache<string, { readonly caller: ServiceName; readonly expiresAt: number }>({ max: 100 });
  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64');
      const known = verified.get(key);
      if (known) return (known.expiresAt + clockTolerance) * 1000 > Date.now() ? known.caller : undefined;
      if (!isCanonicalToken(token)) return undefined;
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ['RS256', 'ES256', 'EdDSA'],
          audience: self,
          requiredClaims: ['sub', 'iat', 'exp'],
          clockTolerance,
        });
        const caller = serviceNames.find((name) => payload.sub === serviceSubject(name));
        if (!caller || !Number.isFinite(payload.exp)) return undefined;
        verified.set(key, { caller, expiresAt: Number(payload.exp) });
        return caller;
      } catch (error) {
        if (isBadToken(error)) return undefined;
        throw new Unavailable('token-issuer', 'its key set cannot be fetched', {}, error);
      }
    },
  };
}

/** The token to present to a callee. Throws `Unavailable` when there is none, so that a call fails closed. */
export type ServiceTokenSource = (callee: ServiceName) => string;

/** Reads tokens from a directory of files named after the callee, again every 30 s, because they rotate. */
export function serviceTokensFrom(directory: string): ServiceTokenSource {
  const read = new Map<ServiceName, { readonly token: string; readonly at: number }>();
  return (callee) => {
    const known = read.get(callee);
    if (known && performance.now() - known.at < 30_000) return known.token;
    try {
      const token = readFileSync(join(directory, callee), 'utf8').trim();
      read.set(callee, { token, at: performance.now() });
      return token;
    } catch (error) {
      throw new Unavailable('token-issuer', `no service token for ${callee}`, {}, error);
    }
  };
}
