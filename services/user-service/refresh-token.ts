import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** A new refresh token: 256 random bits in base64url, meaning nothing to anybody. */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** What is stored instead of a token. It has 256 random bits, so a plain hash cannot be searched. */
export const hashRefreshToken = (token: string): Buffer => hash('sha256', token, 'buffer');

/** Encrypts a successor with AES-256-GCM, bound to the token it succeeds: nonce, ciphertext, tag. */
export function sealSuccessor(key: Buffer, predecessorHash: Buffer, token: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(predecessorHash);
  return Buffer.concat([nonce, cipher.update(token, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The successor in a sealed value, or `undefined` when it was sealed with another key or for another token. */
export function unsealSuccessor(key: Buffer, predecessorHash: Buffer, sealed: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(predecessorHash)
      .setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
