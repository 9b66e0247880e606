import type { Item } from '../kit/dynamo.ts';
import { workShardOf } from '../kit/work-index.ts';
import { hasWork, type Payment } from './payment.ts';
import type { Afterwards } from './store.ts';

export const paymentPk = (paymentId: string) => `PAY#${paymentId}`;
export const paymentKey = (paymentId: string) => ({ pk: paymentPk(paymentId), sk: 'META' });
export const callbackKey = (paymentId: string, seq: number) => ({
  pk: paymentPk(paymentId),
  sk: `EVT#${String(seq).padStart(8, '0')}`,
});
export const refundKey = (paymentId: string, number: number) => ({
  pk: paymentPk(paymentId),
  sk: `REFUND#${String(number).padStart(8, '0')}`,
});
export const activeKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'ACTIVE' });
export const recordKey = (id: string) => ({ pk: `IDEM#${id}`, sk: 'META' });

/** The payment whose META has this partition key. */
export const paymentIdOf = (pk: string): string => pk.slice('PAY#'.length);

/** How soon others may start to watch an attempt that this process is working on, in milliseconds. */
const watchAfterMs = 1_000;

/** META as it is stored: in the work index exactly while there is work. */
export function metaItem(payment: Payment, holder: string, nowMs: number, afterwards: Afterwards): Item {
  const { claimed_by: _, ...own } = payment;
  const base = { ...paymentKey(payment.payment_id), ...own };
  if (!hasWork(payment)) return base;
  const work_pk = workShardOf(payment.payment_id);
  return afterwards.kind === 'claimed'
    ? { ...base, claimed_by: holder, claim_beat: 0, work_pk, work_sk: nowMs + watchAfterMs }
    : { ...base, work_pk, work_sk: afterwards.atMs };
}

/** The payment in a META item. */
export function paymentOf(item: Item): Payment {
  const { pk: _pk, sk: _sk, work_pk: _shard, work_sk: _due, claim_beat: _beat, last_op_id: _op, ...payment } = item;
  return payment as unknown as Payment;
}

/** What an item says without its keys. */
export function withoutKeys<T>(item: Item | undefined): T | undefined {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest as T;
}
