import type { Clock } from '../kit/clock.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { Log } from '../kit/log.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Contacts } from './contacts.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import type { IncomingEvent } from './incoming.ts';
import type { Mailer } from './mail.ts';
import { notificationOf, templateOf } from './notify.ts';

export type DeliverParts = {
  readonly contacts: Contacts;
  readonly deliveries: Deliveries;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly log: Log;
  /** A new name for a claim, unique everywhere. */
  readonly newClaim: () => string;
};

export type DeliverOutcome = 'sent' | 'skipped' | 'rejected' | 'done_before' | 'no_mail';

/**
 * Sends what an event calls for, at most once per event but for the cases that `possible_extra_mails` counts. Throws
 * `Unavailable` for everything that may pass: the event is to be delivered again.
 */
export function createDelivering(parts: DeliverParts): (event: IncomingEvent) => Promise<DeliverOutcome> {
  const { contacts, deliveries, mailer, clock, log, newClaim } = parts;
  /** Mails that went out while the store could not be told, so that this process does not send them again. */
  const unrecorded = new Map<string, { readonly claim: string; readonly messageId: string }>();

  async function record(delivery: Delivery, claim: string, messageId: string): Promise<DeliverOutcome> {
    const { eventId } = delivery;
    if (unrecorded.size > 1_000) unrecorded.clear();
    unrecorded.set(eventId, { claim, messageId });
    const outcome = await deliveries.sent(delivery, claim, messageId);
    unrecorded.delete(eventId);
    if (outcome === 'overtaken') log.warn({ event_id: eventId }, 'the claim ran out while sending: an extra mail');
    return 'sent';
  }

  return async (event) => {
    const template = templateOf(event);
    if (!template) return 'no_mail';
    const delivery: Delivery = { orderId: event.data.order_id, eventId: event.id, template };
    const left = unrecorded.get(event.id);
    if (left) return record(delivery, left.claim, left.messageId);

    const notification = notificationOf(event, template, await contacts.of(event.data.user_id), clock.now());
    if (notification.kind === 'wait') throw new Unavailable('contacts', 'the contact of this user is not there yet');
    if (notification.kind === 'none') {
      await deliveries.skip(delivery, notification.reason);
      return 'skipped';
    }

    const claim = newClaim();
    const claimed = await deliveries.claim(delivery, claim);
    if (claimed.kind === 'done') return 'done_before';
    if (claimed.kind === 'held') throw new Unavailable('deliveries', 'this event is being delivered elsewhere');
    if (claimed.doubt) log.warn({ event_id: event.id }, 'a claim was left behind: its mail may have gone out already');

    await crashpoint('notification.before_send');
    const sending = await mailer.send(notification.to, notification.mail, event.id);
    await crashpoint('notification.after_send');
    switch (sending.kind) {
      case 'accepted':
        return record(delivery, claim, sending.messageId);
      case 'refused':
        log.error({ event_id: event.id, reason: sending.reason }, 'the provider refused a mail for good');
        await deliveries.reject(delivery, claim, sending.reason);
        return 'rejected';
      case 'unavailable':
        await deliveries.release(delivery, claim, sending.uncertain);
        throw new Unavailable('email', sending.reason);
      default:
        return sending satisfies never;
    }
  };
}
