import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createUserTokenVerifier } from '../../services/kit/user-token.ts';

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' };

/** The key set that user-service would publish. */
export const keySet = { keys: [jwk] };

/** A verifier that knows the keys without asking anybody. */
export const verifierOfTests = () => createUserTokenVerifier(createLocalJWKSet(keySet));

/** An access token as user-service issues them, with claims and header fields of the test's own. */
export function accessToken(
  sessionId: string,
  scope = 'customer',
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: 'ecommerce-user-service',
    aud: 'ecommerce-api',
    sub: 'usr_0190a000-0000-7000-8000-000000000001',
    sid: sessionId,
    jti: crypto.randomUUID(),
    scope,
    iat: now,
    exp: now + 300,
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(privateKey);
}
