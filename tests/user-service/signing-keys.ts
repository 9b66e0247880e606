import { exportJWK, generateKeyPair } from 'jose';

/** A private Ed25519 key as ACCESS_TOKEN_KEYS holds it. */
export async function newSigningKey(kid: string) {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { kty: 'OKP', crv: 'Ed25519', kid, x, d } as const;
}
