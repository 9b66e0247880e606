import type { IdempotencyRecord } from '../kit/idempotency.ts';
import type { OrderEvent } from './events.ts';
import type { Order } from './order.ts';

/** A final answer to be stored under its key by the write that decides it. */
export type FinalAnswer = { readonly record_id: string; readonly record: IdempotencyRecord };

/** The next order, what it was made from, and everything that must become true together with it. */
export type Change = {
  readonly from: Order;
  readonly to: Order;
  readonly event?: OrderEvent | undefined;
  /** Id of the payment callback that caused it. */
  readonly paymentEventId?: string | undefined;
  readonly answers?: readonly FinalAnswer[];
  /** A key that a new request claims in the same write. */
  readonly claimsKey?: FinalAnswer | undefined;
};

export type StoredEvent = {
  readonly event: OrderEvent;
  /** Epoch milliseconds. */
  readonly recorded_at: number;
  readonly published?: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly at: number;
  };
};

export type OrderPage = { readonly orders: readonly Order[]; readonly next: string | null };

/** Where orders live. Every method throws `Unavailable` when the store cannot be asked. */
export interface OrderStore {
  /** Intent first: the idempotency record, the order and its first event, or nothing. */
  create(order: Order, event: OrderEvent, key: FinalAnswer): Promise<{ readonly kind: 'created' | 'key_taken' }>;
  load(orderId: string): Promise<Order | undefined>;
  /**
   * Writes a change if the order is still exactly `from` (version and fence). `stale`: somebody moved it, re-read. An
   * ambiguous answer is resolved by looking for our own `last_op_id`.
   */
  save(change: Change): Promise<{ readonly kind: 'saved'; readonly order: Order } | { readonly kind: 'stale' }>;
  /** Leaves the order as it is and looks again at `dueMs`, having counted one more attempt. False when it was moved. */
  defer(order: Order, dueMs: number, attempts: number, needsAttention: boolean): Promise<boolean>;
  key(recordId: string): Promise<IdempotencyRecord | undefined>;
  listByUser(userId: string, cursor: string | undefined, limit: number): Promise<OrderPage>;
  events(orderId: string): Promise<readonly StoredEvent[]>;
  /** Events not yet published, from the first one on, without a gap. */
  unpublished(orderId: string): Promise<readonly OrderEvent[]>;
  markPublished(orderId: string, seq: number, position: NonNullable<StoredEvent['published']>): Promise<void>;
}
