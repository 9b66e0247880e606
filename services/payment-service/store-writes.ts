import type { Clock } from '../kit/clock.ts';
import type { Item, TransactItems } from '../kit/dynamo.ts';
import { type IdempotencyRecord, idempotencyLifetimeSeconds } from '../kit/idempotency.ts';
import { activeKey, recordKey } from './item.ts';
import type { Change, Payment, Refund } from './payment.ts';
import type { FinalAnswer } from './store.ts';

/** One action of a transaction. */
export type Step = TransactItems[number];

/** The conditional writes that transactions of the payments table are made of. */
export function paymentWrites(table: string, clock: Clock) {
  /** A key that nobody used, or whose record has expired: table TTL may lag for days. */
  const newRecord = (id: string, record: IdempotencyRecord): Step => ({
    Put: {
      TableName: table,
      Item: { ...recordKey(id), ...record },
      ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
      ExpressionAttributeValues: { ':now': Math.floor(clock.now() / 1000) },
    },
  });

  const answered = ({ record_id, payment_id }: Payment, answer: FinalAnswer): Step => ({
    Update: {
      TableName: table,
      Key: recordKey(record_id),
      UpdateExpression: 'SET #state = :done, #status = :status, body = :body, expires_at = :expires',
      ConditionExpression: 'resource_id = :mine',
      ExpressionAttributeNames: { '#state': 'state', '#status': 'status' },
      ExpressionAttributeValues: {
        ':done': 'done',
        ':status': answer.status,
        ':body': answer.body,
        ':mine': payment_id,
        ':expires': Math.floor(clock.now() / 1000) + idempotencyLifetimeSeconds,
      },
    },
  });

  const freed = ({ order_id, payment_id }: Payment): Step => ({
    Delete: {
      TableName: table,
      Key: activeKey(order_id),
      ConditionExpression: 'attribute_not_exists(pk) OR payment_id = :mine',
      ExpressionAttributeValues: { ':mine': payment_id },
    },
  });

  /** Refuses when the attempt was changed or claimed since it was read, and a refund above what is left of the capture. */
  function meta({ before, after, refund }: Change, item: Item): Step {
    const isNewRefund = refund?.state === 'pending';
    return {
      Put: {
        TableName: table,
        Item: item,
        ConditionExpression: `version = :version AND fence = :fence${isNewRefund ? ' AND refunded_minor <= :room' : ''}`,
        ExpressionAttributeValues: {
          ':version': before.version,
          ':fence': before.fence,
          ...(isNewRefund ? { ':room': room(after, refund) } : {}),
        },
      },
    };
  }

  return { newRecord, answered, freed, meta };
}

/** How much may be refunded already for a new refund to fit below the captured amount. */
const room = (after: Payment, refund: Refund): number => {
  if (!after.amount) throw new Error(`payment ${after.payment_id} has no amount`);
  return after.amount.amount_minor - refund.amount.amount_minor;
};
