import { randomUUID } from 'node:crypto';
import type { Clock } from '../kit/clock.ts';
import { idempotencyLifetimeSeconds, judgeKey, keyReused, keyRunning } from '../kit/idempotency.ts';
import { newId } from '../kit/ids.ts';
import { add, type Money, money } from '../kit/money.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { currentContext } from '../kit/request-context.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { announce } from './announce.ts';
import type { CartStore } from './cart-store.ts';
import type { Products, Users } from './clients.ts';
import type { Order, PendingAnswer, ShippingAddress } from './order.ts';
import { mergedLines, priceChanged, pricedLines } from './quoted-lines.ts';
import type { Saga } from './saga.ts';
import type { FinalAnswer, OrderStore } from './store.ts';

export type OrderRequest = {
  readonly items?: readonly { readonly product_id: string; readonly quantity: number }[] | undefined;
  readonly from_cart?: true | undefined;
  readonly shipping_address: ShippingAddress;
  readonly expected_total?: Money | undefined;
};

export type PlaceOrder = (command: {
  readonly userId: string;
  readonly requestId: string;
  readonly recordId: string;
  readonly fingerprint: string;
  readonly request: OrderRequest;
}) => Promise<Placed | Problem>;

/** `final`: stored bytes, decided now or earlier. `pending`: accepted, and the worker goes on. */
export type Placed =
  | {
      readonly kind: 'final';
      readonly status: number;
      readonly bytes: string;
      readonly replayed: boolean;
      readonly orderId: string;
    }
  | { readonly kind: 'pending'; readonly order: Order };

/** How long to wait for a definite answer before saying 202, and what to keep of the caller's deadline, in milliseconds. */
const answerWithinMs = 2_500;
const deadlineMarginMs = 150;

type Parts = {
  readonly store: OrderStore;
  readonly carts: CartStore;
  readonly users: Users;
  readonly products: Products;
  readonly saga: Saga;
  readonly clock: Clock;
  readonly holder: string;
  readonly announced: (orderId: string) => void;
  /** Drives an order that this process has claimed, off the request's path. */
  readonly driving: (orderId: string, work: () => Promise<unknown>) => Promise<unknown>;
  readonly kick: (orderId: string) => void;
};

/**
 * Places an order: checks, quotes, writes the intent, then drives the saga for up to 2.5 s. Refusals before the intent are not
 * remembered; from then on there is an order, and every answer says so. Throws `Unavailable` (with the order's id once it
 * may exist) where a dependency cannot be asked: no order is accepted unchecked.
 */
export function createPlaceOrder(parts: Parts): PlaceOrder {
  const { store, carts, users, products, saga, clock } = parts;

  /** What a known key means, or `undefined` for a fresh one. */
  async function known(recordId: string, fingerprint: string): Promise<Placed | Problem | undefined> {
    const verdict = judgeKey(await store.key(recordId), fingerprint, clock.now());
    switch (verdict.kind) {
      case 'unused':
        return undefined;
      case 'reused':
        return keyReused();
      case 'replay':
        return { kind: 'final', status: verdict.status, bytes: verdict.body, replayed: true, orderId: '' };
      case 'running':
        // Its owner may have died: the worker takes over once the claim is out.
        parts.kick(verdict.resourceId);
        return keyRunning();
      default:
        return verdict satisfies never;
    }
  }

  async function wanted(userId: string, request: OrderRequest) {
    if (!request.from_cart) return { lines: mergedLines(request.items ?? []), cart: undefined };
    const cart = await carts.load(userId);
    return { lines: cart.lines.map(({ product_id, quantity }) => ({ product_id, quantity })), cart };
  }

  return async ({ userId, requestId, recordId, fingerprint, request }) => {
    const left = (currentContext()?.deadline ?? Number.POSITIVE_INFINITY) - deadlineMarginMs;
    const answerBy = Math.min(performance.now() + answerWithinMs, left);
    const earlier = await known(recordId, fingerprint);
    if (earlier) return earlier;
    if (!(await users.isActive(userId))) return problem('forbidden', 'Your account is not active.');

    const { lines: asked, cart } = await wanted(userId, request);
    if (asked.length === 0) return problem('cart_empty', 'Put something into the cart first.');
    const quote = await products.quote(asked);
    const lines = pricedLines(asked, quote.items, quote.missing);
    if ('kind' in lines) return lines;
    const currency = lines.currency;
    const total = lines.lines.reduce((sum, line) => add(sum, money(line.line_minor, currency)), money(0, currency));
    const changed = priceChanged(total, request.expected_total, cart?.lines, quote.items);
    if (changed) return changed;

    const now = clock.now();
    const orderId = newId('order');
    const expires_at = Math.floor(now / 1000) + idempotencyLifetimeSeconds;
    const pending: PendingAnswer = {
      kind: 'create',
      record_id: recordId,
      fingerprint,
      expires_at,
      request_id: requestId,
    };
    const order: Order = {
      order_id: orderId,
      user_id: userId,
      state: 'CREATED',
      version: 1,
      fence: 1,
      claimed_by: parts.holder,
      last_op_id: randomUUID(),
      seq: 1,
      created_at: now,
      since: now,
      lines: lines.lines,
      currency,
      total_minor: total.amount_minor,
      refunded_minor: 0,
      shipping_address: request.shipping_address,
      cancel_requested: false,
      closed_payment_ids: [],
      declines: 0,
      refund_count: 0,
      chores: [],
      ...(cart ? { cart: { cart_id: cart.cart_id, version: cart.version } } : {}),
      pending_answers: [pending],
      history: [{ at: now, step: 'created', service: 'order-service' }],
      attempts: 0,
      needs_attention: false,
    };
    const key: FinalAnswer = {
      record_id: recordId,
      record: { fingerprint, state: 'running', resource_id: orderId, expires_at },
    };
    try {
      const created = await store.create(order, announce(order, 'order.created', now), key);
      if (created.kind === 'key_taken') return (await known(recordId, fingerprint)) ?? keyRunning();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // The write may have happened: say so, and let the same key find it.
      throw new Unavailable(error.dependency, error.message, { order_id: orderId }, error);
    }
    parts.announced(orderId);
    return settle(order, recordId, answerBy);
  };

  /** Drives inline until the answer is stored or the budget is spent, whichever comes first. */
  async function settle(order: Order, recordId: string, answerBy: number): Promise<Placed> {
    let timer: NodeJS.Timeout | undefined;
    const decided = new Promise<Placed | 'left'>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'pending', order }), Math.max(0, answerBy - performance.now()));
      const saved = (_: Order, answers: readonly FinalAnswer[]) => {
        const mine = answers.find((answer) => answer.record_id === recordId)?.record;
        if (mine?.status === undefined || mine.body === undefined) return;
        resolve({ kind: 'final', status: mine.status, bytes: mine.body, replayed: false, orderId: order.order_id });
      };
      const left = () => resolve('left');
      parts.driving(order.order_id, () => saga.drive(order, saved)).then(left, left);
    });
    const placed = await decided;
    clearTimeout(timer);
    if (placed !== 'left') return placed;
    // Somebody else may have finished it meanwhile: then its answer is stored.
    const record = await store.key(recordId).catch(() => undefined);
    if (record?.status !== undefined && record.body !== undefined)
      return { kind: 'final', status: record.status, bytes: record.body, replayed: false, orderId: order.order_id };
    return { kind: 'pending', order: (await store.load(order.order_id).catch(() => undefined)) ?? order };
  }
}
