import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Makes tokens byte by byte, so that a test can make those that no library would. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** An Ed25519 key with its public JWK. */
export function ed25519(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  // Without `alg`, so that only the verifier's own list of algorithms decides.
  return { privateKey, publicKey, jwk: { ...jwk, kid, use: 'sig' } };
}

/** `header` and `payload` may be JSON text, to have members twice or in a wrong form. */
export function signEd25519(key: KeyObject, header: unknown, payload: unknown): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

/** A MAC with whatever key, for the swap of algorithms. */
export function signHmac(secret: string | Buffer, header: unknown, payload: unknown): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
