import { sleep } from '../kit/backoff.ts';
import { type Clock, isoTime } from '../kit/clock.ts';
import { crashpoint } from '../kit/failpoints.ts';
import { fingerprintOf, idempotencyLifetimeSeconds, idempotencyRecordId, judgeKey } from '../kit/idempotency.ts';
import { newId } from '../kit/ids.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { Payment } from './payment.ts';
import type { Runner } from './runner.ts';
import type { FinalAnswer, PaymentStore } from './store.ts';

export type PaymentRequest = {
  readonly userId: string;
  readonly orderId: string;
  readonly token: string;
  readonly key: string;
  readonly requestId: string;
  /** When an answer is due, on the monotonic clock. */
  readonly answerBy: number;
};

/** `undecided`: the attempt goes on, here or in another process. */
export type Made =
  | { readonly kind: 'answered'; readonly answer: FinalAnswer; readonly isReplay: boolean }
  | { readonly kind: 'undecided'; readonly payment: Payment }
  | { readonly kind: 'key_reused' | 'key_running' | 'payment_in_progress' | 'order_paid' | 'not_found' };

/** While the request that made an attempt may still be answering, another one with its key is told to wait, in milliseconds. */
const answeringMs = 2_500;
const route = '/payments';

/**
 * Pays an order once per key. Key, attempt and the order's lock are written together before anybody is asked for anything;
 * then the attempt is moved on until it is decided or the answer is due. Throws `Unavailable` when nothing could be written.
 */
export function createMakePayment(parts: {
  readonly store: PaymentStore;
  readonly runner: Runner;
  readonly clock: Clock;
}) {
  const { store, runner, clock } = parts;
  /** Keys whose request this process is answering: a burst of copies costs the store nothing. */
  const answering = new Set<string>();

  return async (request: PaymentRequest): Promise<Made> => {
    const recordId = idempotencyRecordId(request.userId, route, request.key);
    if (answering.has(recordId)) return { kind: 'key_running' };
    answering.add(recordId);
    try {
      return await makePayment(request, recordId);
    } finally {
      answering.delete(recordId);
    }
  };

  async function makePayment(request: PaymentRequest, recordId: string): Promise<Made> {
    const body = { order_id: request.orderId, payment_method_token: request.token };
    const fingerprint = fingerprintOf('POST', route, body);

    for (let attempt = 0; attempt < 3; attempt += 1) {
      const verdict = judgeKey(await store.record(recordId), fingerprint, clock.now());
      switch (verdict.kind) {
        case 'reused':
          return { kind: 'key_reused' };
        case 'replay':
          return { kind: 'answered', answer: verdict, isReplay: true };
        case 'running':
          return resume(verdict.resourceId);
        case 'unused': {
          await crashpoint('payment.before_attempt');
          const payment = newPayment(request, recordId, isoTime(clock.now()));
          const begun = await begin(payment, fingerprint);
          if (begun.kind === 'begun') {
            await crashpoint('payment.after_attempt');
            return watch(begun.payment, request.answerBy);
          }
          if (begun.kind === 'order_taken') return occupied(request);
          break;
        }
        default:
          return verdict satisfies never;
      }
    }
    throw new Unavailable('dynamodb', 'the key kept changing');
  }

  async function begin(payment: Payment, fingerprint: string) {
    const expires_at = Math.floor(clock.now() / 1000) + idempotencyLifetimeSeconds;
    const { payment_id } = payment;
    try {
      return await store.begin(payment, { fingerprint, state: 'running', resource_id: payment_id, expires_at });
    } catch (error) {
      // It may have been written all the same: the answer says under which id.
      if (error instanceof Unavailable) throw new Unavailable('dynamodb', error.message, { payment_id }, error);
      throw error;
    }
  }

  async function watch(payment: Payment, answerBy: number): Promise<Made> {
    const left = () => answerBy - clock.monotonic();
    let progress = runner.start(payment);
    while (left() > 0) {
      const now = await Promise.race([progress, sleep(left())]);
      if (now?.kind !== 'later' || now.inMs >= left()) break;
      await sleep(now.inMs);
      progress = runner.run(payment.payment_id);
    }
    const record = await store.record(payment.record_id);
    if (record?.status !== undefined && record.body !== undefined)
      return { kind: 'answered', answer: { status: record.status, body: record.body }, isReplay: false };
    return undecided(payment.payment_id);
  }

  async function resume(paymentId: string): Promise<Made> {
    const payment = await existing(paymentId);
    if (clock.now() - Date.parse(payment.created_at) < answeringMs) return { kind: 'key_running' };
    return { kind: 'undecided', payment };
  }

  async function occupied({ orderId, userId }: PaymentRequest): Promise<Made> {
    const holder = await store.active(orderId);
    const payment = holder === undefined ? undefined : await store.payment(holder);
    // Past its first state an attempt is known to be the owner's: to anybody else there is no such order.
    if (payment && payment.state !== 'initiated' && payment.user_id !== userId) return { kind: 'not_found' };
    const isPaid = payment?.state === 'captured' || payment?.state === 'refunding';
    return { kind: isPaid ? 'order_paid' : 'payment_in_progress' };
  }

  async function undecided(paymentId: string): Promise<Made> {
    return { kind: 'undecided', payment: await existing(paymentId) };
  }

  async function existing(paymentId: string): Promise<Payment> {
    const payment = await store.payment(paymentId);
    if (!payment) throw new Error(`payment ${paymentId} has a key and no attempt`);
    return payment;
  }
}

const newPayment = (request: PaymentRequest, recordId: string, now: string): Payment => ({
  payment_id: newId('payment'),
  order_id: request.orderId,
  user_id: request.userId,
  state: 'initiated',
  version: 1,
  fence: 1,
  created_at: now,
  updated_at: now,
  request_id: request.requestId,
  record_id: recordId,
  payment_method_token: request.token,
  seq: 0,
  delivered_seq: 0,
  refunded_minor: 0,
  refund_count: 0,
  pending_refunds: 0,
  failures: 0,
});
