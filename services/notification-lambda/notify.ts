import type { Contact } from './contacts.ts';
import type { IncomingEvent } from './incoming.ts';
import { type RenderedMail, render, type TemplateName } from './templates.ts';

/** Which mail an event calls for; the others are for machines. */
const mailOf: Readonly<Record<string, TemplateName>> = {
  'order.placed': 'placed',
  'order.payment_failed': 'payment_failed',
  'order.paid': 'paid',
  'order.cancelled': 'cancelled',
  'order.expired': 'expired',
  'order.refunded': 'refunded',
};

/** How long a contact may be on its way after its user could already order, in milliseconds. */
export const contactPatienceMs = 60_000;

export type Notification =
  | { readonly kind: 'mail'; readonly template: TemplateName; readonly to: string; readonly mail: RenderedMail }
  /** Never: `reason` is for the delivery record. */
  | { readonly kind: 'none'; readonly template: TemplateName; readonly reason: 'no_contact' | 'no_consent' }
  /** The contact may still come. */
  | { readonly kind: 'wait' };

/** The template of the mail that this type of event calls for, or `undefined`. */
export const templateOf = (event: IncomingEvent): TemplateName | undefined => mailOf[event.type];

/**
 * Decides what to send. Mails about an order need no consent, but whoever refused e-mail gets none. `now` in epoch
 * milliseconds.
 */
export function notificationOf(
  event: IncomingEvent,
  template: TemplateName,
  contact: Contact | undefined,
  now: number,
): Notification {
  if (!contact) {
    const young = now - Date.parse(event.time) < contactPatienceMs;
    return young ? { kind: 'wait' } : { kind: 'none', template, reason: 'no_contact' };
  }
  if (!contact.mayMail) return { kind: 'none', template, reason: 'no_consent' };
  return { kind: 'mail', template, to: contact.email, mail: render(template, event, contact.name) };
}
