import { hash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Unavailable } from './unavailable.ts';

export const roles = ['customer', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a verified access token says. `expiresAt` in epoch seconds. */
export type UserClaims = {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly Role[];
  readonly expiresAt: number;
};

export const accessTokenIssuer = 'ecommerce-user-service';
export const accessTokenAudience = 'ecommerce-api';
export const accessTokenType = 'at+jwt';
export const accessTokenAlgorithm = 'EdDSA';
/** How long an access token lives, in seconds. */
export const accessTokenSeconds = 300;
const clockTolerance = 5;

export interface UserTokenVerifier {
  /** The claims of a valid token, else `undefined`. Throws `Unavailable` when the keys cannot be fetched. */
  verify(token: string): Promise<UserClaims | undefined>;
}

/** Keys from a JWKS address only (`jku`, `x5u` and `jwk` in a token are ignored), cached 10 min, asked again at most every 30 s. */
export const remoteKeys = (url: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 2_000 });

/**
 * Whether a token is three parts of base64url as an encoder writes them. Decoders also take padding, white space and stray
 * bits, so that one signature would have many spellings.
 */
export const isCanonicalToken = (token: string): boolean =>
  /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) &&
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** Whether an error of `jwtVerify` means that the token is bad, rather than that the keys could not be had. */
export function isBadToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  // A key set that answers with another status is reported as a bare JOSEError.
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

/** Verifies user access tokens (RFC 9068); verified ones are remembered by hash until they expire. */
export function createUserTokenVerifier(keys: JWTVerifyGetKey): UserTokenVerifier {
  const verified = new LRUCache<string, UserClaims>({ max: 10_000 });
  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64');
      const known = verified.get(key);
      if (known) return (known.expiresAt + clockTolerance) * 1000 > Date.now() ? known : undefined;
      if (!isCanonicalToken(token)) return undefined;
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: [accessTokenAlgorithm],
          issuer: accessTokenIssuer,
          audience: accessTokenAudience,
          typ: accessTokenType,
          requiredClaims: ['sub', 'sid', 'jti', 'scope', 'iat', 'exp'],
          maxTokenAge: accessTokenSeconds,
          clockTolerance,
        });
        const { sub, sid, scope, iat, exp } = payload;
        if (typeof sub !== 'string' || typeof sid !== 'string' || typeof scope !== 'string') return undefined;
        if (iat === undefined || !Number.isFinite(exp)) return undefined;
        const granted = scope.split(' ');
        const claims = {
          userId: sub,
          sessionId: sid,
          roles: roles.filter((role) => granted.includes(role)),
          expiresAt: Math.min(Number(exp), iat + accessTokenSeconds),
        };
        verified.set(key, claims);
        return claims;
      } catch (error) {
        if (isBadToken(error)) return undefined;
        throw new Unavailable('user-service', 'its key set cannot be fetched', {}, error);
      }
    },
  };
}
