import { fingerprintOf } from '../kit/idempotency.ts';

/** A quantity of one product; the id is the UUID without its prefix. */
export type Line = { readonly product: string; readonly quantity: number };

export type ReservationState = 'held' | 'committed' | 'released' | 'expired' | 'returned';

/** Stock to be set aside for one order, whole or not at all. `lines` name each product once. */
export type Hold = {
  /** The order's UUID: asking twice is asking once. */
  readonly reservation: string;
  readonly lines: readonly Line[];
  readonly ttlSeconds: number;
};

/** `mismatch`: the same order was held with other lines, or released before any hold came. */
export type HoldOutcome = 'held' | 'insufficient' | 'mismatch' | `replay:${ReservationState}`;
export type HoldAnswer = { readonly outcome: HoldOutcome; readonly expiresAt: Date | null };

export type ResolveOutcome = 'ok' | 'replay' | 'not_due' | 'unknown' | 'tombstone' | `conflict:${ReservationState}`;
export type ReturnOutcome = 'ok' | 'replay' | 'unknown' | `conflict:${ReservationState}`;
export type ExtendOutcome = 'ok' | 'due' | 'limit' | 'unknown' | `conflict:${ReservationState}`;
export type ExtendAnswer = { readonly outcome: ExtendOutcome; readonly expiresAt: Date | null };

/** One line per product, quantities added up, in the order of the ids: what an order's hold means, however it was written. */
export function mergeLines(lines: readonly Line[]): readonly Line[] {
  const quantities = new Map<string, number>();
  for (const { product, quantity } of lines) quantities.set(product, (quantities.get(product) ?? 0) + quantity);
  return [...quantities]
    .map(([product, quantity]) => ({ product, quantity }))
    .sort((a, b) => (a.product < b.product ? -1 : 1));
}

/** Digest of merged lines: tells a repeated hold from another one under the same order id. */
export const linesDigest = (merged: readonly Line[]): string =>
  fingerprintOf(
    'hold',
    '',
    merged.map(({ product, quantity }) => [product, quantity]),
  );
