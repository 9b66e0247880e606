import { hash } from 'node:crypto';

/** A UUID (version 8, RFC 9562) that the same text always gives: what is repeated is recognised as the same. */
export function uuidFrom(text: string): string {
  const digest = hash('sha256', text, 'hex');
  const variant = '89ab'[Number.parseInt(digest[16] ?? '0', 16) % 4];
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
