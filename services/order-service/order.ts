/** An order and its states: pure data, the meaning of which is in transition.ts and next-action.ts. */

export const orderStates = [
  'CREATED',
  'REJECTED',
  'AWAITING_PAYMENT',
  'PAYING',
  'CAPTURING',
  'PAID',
  'VOIDING',
  'CANCELLED',
  'EXPIRED',
  'REFUND_PENDING',
  'REFUNDED',
] as const;
export type OrderState = (typeof orderStates)[number];

export type OrderLine = {
  readonly product_id: string;
  readonly title: string;
  readonly quantity: number;
  readonly unit_minor: number;
  readonly line_minor: number;
  readonly price_version: number;
};

export type ShippingAddress = {
  readonly recipient: string;
  readonly line1: string;
  readonly line2?: string | undefined;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
};

/** The attempt that holds the order. `lease_until` in epoch milliseconds; the last callback seen is `seq`. */
export type Holder = {
  readonly payment_id: string;
  readonly lease_until: number;
  readonly seq: number;
  readonly state: 'paying' | 'authorized' | 'captured' | 'voiding' | 'voided' | 'refunded';
};

/** What is still owed after the state was decided; the order keeps its place in the work index until it is done. */
export type Chore = 'release_stock' | 'clear_cart';

/** A request whose final answer is to be stored under its key by the write that decides it. */
export type PendingAnswer = {
  readonly kind: 'create' | 'cancel';
  readonly record_id: string;
  readonly fingerprint: string;
  readonly expires_at: number;
  readonly request_id: string;
};

export type HistoryEntry = {
  readonly at: number;
  readonly step: string;
  readonly service: string;
  readonly cause?: string;
};

/** Times are epoch milliseconds of this service's clock. `seq` is the number of events so far. */
export type Order = {
  readonly order_id: string;
  readonly user_id: string;
  readonly state: OrderState;
  readonly version: number;
  readonly fence: number;
  readonly claimed_by?: string | undefined;
  readonly last_op_id: string;
  readonly seq: number;
  readonly created_at: number;
  readonly lines: readonly OrderLine[];
  readonly currency: string;
  readonly total_minor: number;
  readonly refunded_minor: number;
  readonly shipping_address: ShippingAddress;
  readonly reservation_expires_at?: number | undefined;
  readonly shortages?: readonly Shortage[] | undefined;
  readonly cancel_requested: boolean;
  readonly reason?: string | undefined;
  readonly holder?: Holder | undefined;
  readonly closed_payment_ids: readonly string[];
  readonly declines: number;
  readonly refund?:
    | { readonly refund_id: string; readonly amount_minor: number; readonly confirmed: boolean }
    | undefined;
  readonly refund_count: number;
  readonly chores: readonly Chore[];
  readonly cart?: { readonly cart_id: string; readonly version: number } | undefined;
  readonly pending_answers: readonly PendingAnswer[];
  readonly history: readonly HistoryEntry[];
  /** Turns of the worker that could not finish, in a row. */
  readonly attempts: number;
  readonly needs_attention: boolean;
  /** Start of the present state. */
  readonly since: number;
};

export type Shortage = { readonly product_id: string; readonly requested: number; readonly available: number };

/** How long stock is held for an order that nobody pays, in seconds. */
export const holdSeconds = 15 * 60;
/** How long a payment attempt may hold the order, in milliseconds. */
export const leaseMs = 60_000;
/** How much longer than the lease the stock stays held, in seconds, so that a late authorisation still finds it. */
export const holdBeyondLeaseSeconds = 10 * 60;
/** The decline that ends the order. */
export const lastDecline = 3;

/** Whether nothing can happen to the order any more, but for chores. */
export const isFinal = (state: OrderState): boolean =>
  state === 'REJECTED' || state === 'CANCELLED' || state === 'EXPIRED' || state === 'REFUNDED';

/** The state as clients see it. */
export const clientState = (state: OrderState): string => state.toLowerCase();
