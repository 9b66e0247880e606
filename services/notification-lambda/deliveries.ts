import type { TemplateName } from './templates.ts';

export type Delivery = { readonly orderId: string; readonly eventId: string; readonly template: TemplateName };
export type Coordinates = { readonly topic: string; readonly partition: number; readonly offset: number };

export type ClaimOutcome =
  /** `doubt`: an earlier claim was left behind, so its mail may have gone out. */
  | { readonly kind: 'claimed'; readonly doubt: boolean }
  /** Sent, skipped or rejected before. */
  | { readonly kind: 'done' }
  /** Somebody else is at it right now. */
  | { readonly kind: 'held' };

/** What was sent by e-mail for which event. Every method throws `Unavailable` when the store cannot be asked. */
export interface Deliveries {
  /** Claims the sending under a name unique to this attempt. A claim that is not settled is free again after 15 s. */
  claim(delivery: Delivery, claim: string): Promise<ClaimOutcome>;
  /** Records the mail. `overtaken` when the claim had run out and somebody else sent another one. */
  sent(delivery: Delivery, claim: string, messageId: string): Promise<'recorded' | 'overtaken'>;
  /** Gives a claim back after a failure that may pass; `doubt` when the mail may have gone out all the same. */
  release(delivery: Delivery, claim: string, doubt: boolean): Promise<void>;
  /** Records that there will be no mail, unless something is recorded already. */
  skip(delivery: Delivery, reason: string): Promise<void>;
  /** Records that the provider will never take this mail. */
  reject(delivery: Delivery, claim: string, reason: string): Promise<void>;
  /** Records a record of the log that can never succeed; none of its content. */
  rejectRecord(at: Coordinates, reason: string): Promise<void>;
}
