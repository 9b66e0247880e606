import { hash } from 'node:crypto';
import { type Problem, problem } from './problem.ts';

/** How long a key is remembered, in seconds (72 h); compared in code, because table TTL may lag for days. */
export const idempotencyLifetimeSeconds = 72 * 3600;

/** What is stored under a key, in the same store and transaction as the effect. Times in epoch seconds. */
export type IdempotencyRecord = {
  readonly fingerprint: string;
  readonly state: 'running' | 'done';
  readonly resource_id: string;
  readonly status?: number;
  readonly body?: string;
  readonly expires_at: number;
};

/** The key in an `Idempotency-Key` header (bare or as a quoted structured-field string), or the problem to answer with. */
export function idempotencyKeyOf(header: string | undefined): string | Problem {
  if (header === undefined || header === '')
    return problem(
      'idempotency_key_missing',
      'Send an Idempotency-Key header, for example a fresh UUID, and the same one when you retry.',
    );
  const bare = /^"(.*)"$/.exec(header)?.[1] ?? header;
  return /^[\x21-\x7e]{16,255}$/.test(bare)
    ? bare
    : problem('idempotency_key_invalid', 'The key must have 16 to 255 visible ASCII characters.');
}

/** Where the record lives: another user's or another route's key is another record. */
export const idempotencyRecordId = (userId: string, route: string, key: string): string =>
  hash('sha256', JSON.stringify([userId, route, key]), 'hex');

/** Digest of a request's meaning: the same for the same JSON in another order of keys. */
export const fingerprintOf = (method: string, route: string, body: unknown): string =>
  hash('sha256', JSON.stringify([method, route, canonical(body)]), 'hex');

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}

/** What a stored record means for a request that came with its key. */
export type KeyVerdict =
  | { readonly kind: 'unused' }
  | { readonly kind: 'reused' }
  | { readonly kind: 'running'; readonly resourceId: string }
  | { readonly kind: 'replay'; readonly status: number; readonly body: string };

/** Decides what a key's record means; `nowMs` in epoch milliseconds. An expired record counts as none. */
export function judgeKey(record: IdempotencyRecord | undefined, fingerprint: string, nowMs: number): KeyVerdict {
  if (!record || record.expires_at * 1000 <= nowMs) return { kind: 'unused' };
  if (record.fingerprint !== fingerprint) return { kind: 'reused' };
  if (record.state === 'done' && record.status !== undefined && record.body !== undefined)
    return { kind: 'replay', status: record.status, body: record.body };
  return { kind: 'running', resourceId: record.resource_id };
}

/** The 422 for a key that came with another request before. */
export const keyReused = (): Problem =>
  problem('idempotency_key_reused', 'This key belongs to another request; use a fresh one.');

/** The 409 for a key whose request still runs. */
export const keyRunning = (): Problem =>
  problem('request_in_progress', 'Retry with the same key in a second.', { headers: { 'retry-after': '1' } });
