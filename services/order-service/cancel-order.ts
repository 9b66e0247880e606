import type { Clock } from '../kit/clock.ts';
import { idempotencyLifetimeSeconds, judgeKey, keyReused } from '../kit/idempotency.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { isFinal, type Order } from './order.ts';
import { orderView } from './order-view.ts';
import type { Saga } from './saga.ts';
import type { FinalAnswer, OrderStore } from './store.ts';

export type Cancelled =
  | { readonly kind: 'final'; readonly status: number; readonly bytes: string; readonly replayed: boolean }
  | { readonly kind: 'pending'; readonly order: Order };

/**
 * Cancels an order for its owner: at once where nothing is under way, otherwise it is noted and the saga decides (202). A paid
 * order is refunded. Throws `Unavailable` when nothing could be decided.
 */
export function createCancelOrder(parts: {
  readonly store: OrderStore;
  readonly saga: Saga;
  readonly clock: Clock;
  /** Claims the order and drives it; resolves when nothing more is due. */
  readonly driveNow: (orderId: string) => Promise<void>;
}) {
  const { store, saga, clock } = parts;

  return async (command: {
    readonly orderId: string;
    readonly userId: string;
    readonly note: string | undefined;
    readonly requestId: string;
    readonly recordId: string;
    readonly fingerprint: string;
  }): Promise<Cancelled | Problem> => {
    const { orderId, recordId, fingerprint } = command;
    const known = judgeKey(await store.key(recordId), fingerprint, clock.now());
    if (known.kind === 'reused') return keyReused();
    if (known.kind === 'replay') return { kind: 'final', status: known.status, bytes: known.body, replayed: true };

    for (let attempt = 0; attempt < 5; attempt += 1) {
      const order = await store.load(orderId);
      if (!order || order.user_id !== command.userId) return problem('not_found', 'There is no such order.');
      if (known.kind === 'running') return answer(orderId, recordId, false);
      if (isFinal(order.state)) return problem('not_cancellable', `The order is ${order.state.toLowerCase()}.`);
      // Already on its way out: nothing to write, and the same key may ask again.
      if (order.state === 'VOIDING' || order.state === 'REFUND_PENDING') return { kind: 'pending', order };

      const expires_at = Math.floor(clock.now() / 1000) + idempotencyLifetimeSeconds;
      const pending = {
        kind: 'cancel',
        record_id: recordId,
        fingerprint,
        expires_at,
        request_id: command.requestId,
      } as const;
      const claimsKey: FinalAnswer = {
        record_id: recordId,
        record: { fingerprint, state: 'running', resource_id: orderId, expires_at },
      };
      const applied = await saga.apply(
        order,
        { type: 'cancel_asked', note: command.note },
        {
          claimsKey,
          adjust: (one) => ({ ...one, pending_answers: [...one.pending_answers, pending].slice(-20) }),
        },
      );
      if (applied.kind === 'saved') return answer(orderId, recordId, true);
    }
    throw new Unavailable('order-service', 'the order kept changing', { order_id: orderId });
  };

  async function answer(orderId: string, recordId: string, drive: boolean): Promise<Cancelled> {
    if (drive) await parts.driveNow(orderId);
    const record = await store.key(recordId);
    if (record?.status !== undefined && record.body !== undefined)
      return { kind: 'final', status: record.status, bytes: record.body, replayed: !drive };
    const order = await store.load(orderId);
    if (!order) throw new Unavailable('dynamodb', 'the order cannot be read back');
    return order.state === 'CANCELLED'
      ? { kind: 'final', status: 200, bytes: JSON.stringify(orderView(order)), replayed: false }
      : { kind: 'pending', order };
  }
}
