import { createLocalJWKSet, importJWK, type JWTVerifyGetKey, SignJWT } from 'jose';
import { v7 } from 'uuid';
import {
  accessTokenAlgorithm,
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenSeconds,
  accessTokenType,
} from '../kit/user-token.ts';
import type { AccessTokenKeys } from './env.ts';
import type { User } from './user.ts';

type PublicJwk = {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly kid: string;
  readonly x: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
};

/** Issues access tokens and knows the keys that verify them. */
export interface AccessTokens {
  /** A token of 5 minutes for this session. */
  issue(user: Pick<User, 'userId' | 'roles'>, sessionId: string): Promise<string>;
  /** Every public key, so that a new one is known long before it signs and an old one until its last token has expired. */
  readonly publicKeys: { readonly keys: readonly PublicJwk[] };
  readonly keySet: JWTVerifyGetKey;
}

/** Signs with the active key (Ed25519). */
export async function createAccessTokens({ active, keys }: AccessTokenKeys): Promise<AccessTokens> {
  const signing = keys.find((key) => key.kid === active);
  if (!signing) throw new Error('no key has the id of the active one');
  const key = await importJWK(signing, accessTokenAlgorithm);
  const publicKeys = {
    keys: keys.map(({ kty, crv, kid, x }): PublicJwk => ({ kty, crv, kid, x, alg: accessTokenAlgorithm, use: 'sig' })),
  };
  return {
    issue: ({ userId, roles }, sessionId) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      return new SignJWT({ sid: sessionId, scope: roles.join(' ') })
        .setProtectedHeader({ alg: accessTokenAlgorithm, typ: accessTokenType, kid: active })
        .setIssuer(accessTokenIssuer)
        .setAudience(accessTokenAudience)
        .setSubject(userId)
        .setJti(v7())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(key);
    },
    publicKeys,
    keySet: createLocalJWKSet({ keys: publicKeys.keys.map((one) => ({ ...one })) }),
  };
}
