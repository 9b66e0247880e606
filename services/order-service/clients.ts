import type { OrderLine, Shortage } from './order.ts';

/** What order-service asks of others, as it needs it. Each throws `Unavailable` when there is no definite answer. */

export interface Users {
  /** Whether the user exists and is active: asked at user-service, a "yes" remembered for at most 30 s, nothing else. */
  isActive(userId: string): Promise<boolean>;
}

export type Quote = {
  readonly product_id: string;
  readonly title: string;
  readonly unit_price: { readonly amount_minor: number; readonly currency: string };
  readonly price_version: number;
  readonly available: number;
};

export type HoldOutcome = {
  readonly outcome: string;
  /** Epoch milliseconds of the database's clock. */
  readonly expiresAt: number | undefined;
  readonly shortages: readonly Shortage[];
};

export interface Products {
  /** Prices and availability now, never remembered. */
  quote(
    items: readonly { readonly product_id: string; readonly quantity: number }[],
  ): Promise<{ readonly items: readonly Quote[]; readonly missing: readonly string[] }>;
  hold(
    orderId: string,
    lines: readonly Pick<OrderLine, 'product_id' | 'quantity'>[],
    seconds: number,
  ): Promise<HoldOutcome>;
  /** The outcome as inventory_resolve and inventory_return say it. */
  resolve(orderId: string, how: 'commit' | 'release' | 'expire' | 'return'): Promise<string>;
  extend(
    orderId: string,
    seconds: number,
  ): Promise<{ readonly outcome: string; readonly expiresAt: number | undefined }>;
}

/** A payment's callback, as it is sent and as it is pulled. `amount_minor` is the refunded amount for `refunded`. */
export type PaymentEvent = {
  readonly event_id: string;
  readonly payment_id: string;
  readonly order_id: string;
  readonly seq: number;
  readonly type: 'authorized' | 'declined' | 'captured' | 'capture_refused' | 'voided' | 'refunded';
  readonly amount_minor: number;
  readonly currency: string;
  readonly occurred_at: string;
  readonly refund_id?: string | undefined;
};

export interface Payments {
  /** The attempt's last event, or `undefined` when it has none yet; `unknown` when there is no such attempt. */
  latest(paymentId: string): Promise<PaymentEvent | undefined | 'unknown'>;
  /** Ends an attempt that has not started to move money; answers its state, or `unknown`. */
  abandon(paymentId: string): Promise<string>;
  refund(order: {
    readonly order_id: string;
    readonly payment_id: string;
    readonly refund_id: string;
    readonly amount_minor: number;
    readonly currency: string;
    readonly reason: string;
  }): Promise<void>;
}
