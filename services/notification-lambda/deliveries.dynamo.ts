import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, isoTime } from '../kit/clock.ts';
import { asking, type Dynamo, isConditionFailure } from '../kit/dynamo.ts';
import type { ClaimOutcome, Deliveries, Delivery } from './deliveries.ts';

/** Longer than a contact, a send and its record can take, each at its time-out. */
export const claimMs = 15_000;
const rejectedRecordSeconds = 30 * 86_400;

const keyOf = ({ orderId, eventId }: Delivery) => ({ pk: `ORDER#${orderId}`, sk: `${eventId}#email` });

type Stored = { readonly status: string; readonly claim?: string; readonly claimed_until?: number };

/**
 * Delivery records in `ecommerce-notifications`. `status` goes sending → sent, rejected or (given back) failed; skipped is
 * written at once. `possible_extra_mails` counts the times a mail was sent again without knowing what became of the last.
 */
export function createDeliveries(dynamo: Dynamo, table: string, clock: Clock): Deliveries {
  /** Answers whether the condition held. */
  async function update(
    delivery: Delivery,
    set: Record<string, unknown>,
    condition: string,
    doubt: boolean,
    more = {},
  ) {
    const values = Object.entries(set);
    try {
      await asking(() =>
        dynamo.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(delivery),
            UpdateExpression: `SET ${values.map((_, n) => `#f${n} = :v${n}`).join(', ')} ADD possible_extra_mails :doubt`,
            ConditionExpression: condition,
            ExpressionAttributeNames: {
              ...Object.fromEntries(values.map(([name], n) => [`#f${n}`, name])),
              ...(condition.includes('#status') ? { '#status': 'status' } : {}),
            },
            ExpressionAttributeValues: {
              ...Object.fromEntries(values.map(([, value], n) => [`:v${n}`, value])),
              ':doubt': doubt ? 1 : 0,
              ...more,
            },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  const settle = (delivery: Delivery, claim: string, set: Record<string, unknown>, doubt = false) =>
    update(delivery, set, 'claim = :mine', doubt, { ':mine': claim });

  return {
    async claim(delivery, claim): Promise<ClaimOutcome> {
      const now = clock.now();
      const set = {
        event_id: delivery.eventId,
        channel: 'email',
        template: delivery.template,
        status: 'sending',
        claim,
        claimed_until: now + claimMs,
      };
      const free = 'attribute_not_exists(pk) OR #status = :failed';
      if (await update(delivery, set, free, false, { ':failed': 'failed' })) return { kind: 'claimed', doubt: false };
      const { Item } = await asking(() =>
        dynamo.send(new GetCommand({ TableName: table, Key: keyOf(delivery), ConsistentRead: true })),
      );
      const found = Item as Stored | undefined;
      if (found && found.status !== 'sending' && found.status !== 'failed') return { kind: 'done' };
      // Our own write whose answer was lost.
      if (found?.claim === claim) return { kind: 'claimed', doubt: false };
      if (!found?.claim || (found.claimed_until ?? 0) > now) return { kind: 'held' };
      const over = 'claim = :theirs AND #status = :sending';
      const taken = await update(delivery, set, over, true, { ':theirs': found.claim, ':sending': 'sending' });
      return taken ? { kind: 'claimed', doubt: true } : { kind: 'held' };
    },

    async sent(delivery, claim, messageId) {
      const set = { status: 'sent', provider_message_id: messageId, sent_at: isoTime(clock.now()) };
      return (await settle(delivery, claim, set)) ? 'recorded' : 'overtaken';
    },

    async release(delivery, claim, doubt) {
      await settle(delivery, claim, { status: 'failed' }, doubt);
    },

    async reject(delivery, claim, reason) {
      await settle(delivery, claim, { status: 'rejected', reason });
    },

    async skip(delivery, reason) {
      const { eventId, template } = delivery;
      const set = { event_id: eventId, channel: 'email', template, status: 'skipped', reason };
      await update(delivery, set, 'attribute_not_exists(pk)', false);
    },

    async rejectRecord({ topic, partition, offset }, reason) {
      await asking(() =>
        dynamo.send(
          new PutCommand({
            TableName: table,
            Item: {
              pk: `REJECTED#${topic}-${partition}`,
              sk: String(offset),
              status: 'rejected',
              reason,
              rejected_at: isoTime(clock.now()),
              expires_at: Math.floor(clock.now() / 1000) + rejectedRecordSeconds,
            },
          }),
        ),
      );
    },
  };
}
