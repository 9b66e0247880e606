import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../kit/clock.ts';
import { asking, type Dynamo, type Item, isConditionFailure, transact } from '../kit/dynamo.ts';
import type { IdempotencyRecord } from '../kit/idempotency.ts';
import { Unavailable } from '../kit/unavailable.ts';
import {
  activeKey,
  callbackKey,
  metaItem,
  paymentKey,
  paymentOf,
  paymentPk,
  recordKey,
  refundKey,
  withoutKeys,
} from './item.ts';
import type { Callback, Refund } from './payment.ts';
import type { PaymentStore } from './store.ts';
import { paymentWrites, type Step } from './store-writes.ts';

/** A part of a transaction that is left out when its condition fails: it concerns something that is no longer ours. */
type Part = { readonly step: Step; readonly optional?: true };

/** Attempts in one DynamoDB table; `holder` signs the claims of this process. */
export function createPaymentStore(parts: {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly holder: string;
  readonly clock: Clock;
}): PaymentStore {
  const { dynamo, table, holder, clock } = parts;

  async function get(key: { readonly pk: string; readonly sk: string }): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
    return (await asking(() => dynamo.send(command))).Item;
  }

  async function isOurs(paymentId: string, operation: string): Promise<boolean> {
    return (await get(paymentKey(paymentId)))?.last_op_id === operation;
  }

  const { newRecord, answered, freed, meta } = paymentWrites(table, clock);

  /** One put when there is nothing else, otherwise a transaction. Answers which parts were refused. */
  async function send(steps: readonly Part[]): Promise<readonly Part[] | 'done'> {
    const only = steps.length === 1 ? steps[0]?.step.Put : undefined;
    if (only) {
      try {
        await asking(() => dynamo.send(new PutCommand(only)));
        return 'done';
      } catch (error) {
        if (isConditionFailure(error)) return steps;
        throw error;
      }
    }
    const outcome = await transact(
      dynamo,
      steps.map(({ step }) => step),
    );
    return outcome.kind === 'done' ? 'done' : steps.filter((_, index) => outcome.failed.includes(index));
  }

  return {
    record: async (id) => withoutKeys<IdempotencyRecord>(await get(recordKey(id))),

    async saveRecord(id, record) {
      return (await send([{ step: newRecord(id, record) }])) === 'done';
    },

    async begin(payment, record) {
      const operation = randomUUID();
      const claimed = metaItem(payment, holder, clock.now(), { kind: 'claimed' });
      const isNew = 'attribute_not_exists(pk)';
      const active = { ...activeKey(payment.order_id), payment_id: payment.payment_id, taken_at: payment.created_at };
      try {
        const outcome = await transact(dynamo, [
          newRecord(payment.record_id, record),
          { Put: { TableName: table, Item: { ...claimed, last_op_id: operation }, ConditionExpression: isNew } },
          { Put: { TableName: table, Item: active, ConditionExpression: isNew } },
        ]);
        if (outcome.kind === 'refused') return { kind: outcome.failed.includes(0) ? 'key_taken' : 'order_taken' };
      } catch (error) {
        if (!(error instanceof Unavailable) || !(await isOurs(payment.payment_id, operation))) throw error;
      }
      return { kind: 'begun', payment: { ...payment, claimed_by: holder } };
    },

    async payment(paymentId) {
      const item = await get(paymentKey(paymentId));
      return item && paymentOf(item);
    },

    async active(orderId) {
      const item = await get(activeKey(orderId));
      return item && String(item.payment_id);
    },

    callback: async (paymentId, seq) => withoutKeys<Callback>(await get(callbackKey(paymentId, seq))),

    async refunds(paymentId) {
      const { Items = [] } = await asking(() =>
        dynamo.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :refund)',
            ExpressionAttributeValues: { ':pk': paymentPk(paymentId), ':refund': 'REFUND#' },
          }),
        ),
      );
      return Items.flatMap((item) => withoutKeys<Refund>(item) ?? []);
    },

    async write(change, more = {}) {
      const { before, after, callback, refund, frees } = change;
      const operation = randomUUID();
      const item = metaItem(after, holder, clock.now(), more.afterwards ?? { kind: 'claimed' });
      const put = (own: Item): Step => ({ Put: { TableName: table, Item: own } });
      const all: readonly Part[] = [
        { step: meta(change, { ...item, last_op_id: operation }) },
        ...(callback ? [{ step: put({ ...callbackKey(before.payment_id, callback.seq), ...callback }) }] : []),
        ...(refund ? [{ step: put({ ...refundKey(before.payment_id, refund.number), ...refund }) }] : []),
        ...(more.record ? [{ step: newRecord(more.record.id, more.record.record) }] : []),
        ...(more.answer ? [{ step: answered(before, more.answer), optional: true } as const] : []),
        ...(frees ? [{ step: freed(before), optional: true } as const] : []),
      ];
      let sending = all;
      try {
        for (;;) {
          const refused = await send(sending);
          if (refused === 'done') return 'written';
          if (refused.some((part) => !part.optional)) break;
          sending = sending.filter((part) => !refused.includes(part));
        }
      } catch (error) {
        if (error instanceof Unavailable && (await isOurs(before.payment_id, operation))) return 'written';
        throw error;
      }
      return (await isOurs(before.payment_id, operation)) ? 'written' : 'lost';
    },
  };
}
