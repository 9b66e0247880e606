import type { Chore, Shortage } from './order.ts';

/** Something definite about the payment that holds the order; `seq` is that of its callback. */
export type PaymentFact =
  /** `committed`: whether the stock could be committed for this authorisation. */
  | { readonly type: 'authorized'; readonly seq: number; readonly committed: boolean }
  | { readonly type: 'not_paid'; readonly seq: number; readonly how: 'declined' | 'abandoned' }
  | { readonly type: 'captured'; readonly seq: number }
  | { readonly type: 'capture_refused'; readonly seq: number }
  | { readonly type: 'money_back'; readonly seq: number; readonly how: 'voided' | 'refunded' }
  | { readonly type: 'refunded'; readonly seq: number; readonly refundId: string; readonly amountMinor: number };

/** Something definite that happened to an order. Whoever reports it has already made it durable where it happened. */
export type OrderFact =
  | PaymentFact
  | { readonly type: 'stock_held'; readonly expiresAt: number }
  | { readonly type: 'stock_refused'; readonly shortages: readonly Shortage[] }
  /** `note` is the customer's own words: kept in the order's history, never in an event. */
  | { readonly type: 'cancel_asked'; readonly note: string | undefined }
  | { readonly type: 'stock_released' }
  | { readonly type: 'hold_expired' }
  | { readonly type: 'lease_granted'; readonly paymentId: string; readonly until: number; readonly holdUntil: number }
  | { readonly type: 'hold_not_extended' }
  | { readonly type: 'stock_undone' }
  | { readonly type: 'refund_asked'; readonly note: string | undefined }
  | { readonly type: 'stock_returned' }
  | { readonly type: 'chore_done'; readonly chore: Chore };
