import { hash } from 'node:crypto';

/** The strong entity tag of a JSON answer: equal exactly when its bytes are. */
export const entityTagOf = (body: object): string =>
  `"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 27)}"`;

/** Whether an `If-None-Match` header names this tag; compared weakly, as RFC 9110, 13.1.2 wants it for reads. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}
