import type { ExtendAnswer, Hold, HoldAnswer, ResolveOutcome, ReturnOutcome } from './reservation.ts';

/** Stock that came in. The same receipt id is counted once. */
export type Receipt = {
  readonly receipt: string;
  readonly product: string;
  readonly quantity: number;
  readonly reason: string;
  readonly receivedBy: string;
};

/** `ok` and `replay` carry what the receipt made; `limit`: more than the shelf can count. */
export type ReceiptAnswer =
  | { readonly kind: 'ok' | 'replay'; readonly onHand: number; readonly held: number }
  | { readonly kind: 'unknown' | 'mismatch' | 'limit' };

/** Stock and reservations; ids are UUIDs without their prefix. Every method throws `Unavailable` when the database cannot be asked. */
export interface InventoryStore {
  hold(hold: Hold): Promise<HoldAnswer>;
  /** Releasing what was never held leaves a tombstone that refuses a hold arriving later. */
  resolve(reservation: string, to: 'committed' | 'released' | 'expired'): Promise<ResolveOutcome>;
  /** Puts committed stock back, once. */
  returnStock(reservation: string): Promise<ReturnOutcome>;
  /** Lets a hold live until at least `forSeconds` from now; a hold lives at most 1 h in all. */
  extend(reservation: string, forSeconds: number): Promise<ExtendAnswer>;
  receive(receipt: Receipt): Promise<ReceiptAnswer>;
  /** Holds that ran out, the oldest first. */
  due(limit: number): Promise<readonly string[]>;
}
