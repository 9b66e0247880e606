import { crashpoint } from '../kit/failpoints.ts';
import type { CartStore } from './cart-store.ts';
import type { Payments, Products } from './clients.ts';
import type { Action } from './next-action.ts';
import { holdSeconds, type Order } from './order.ts';
import type { OrderFact } from './order-fact.ts';
import { factOf, isNew } from './payment-verdict.ts';

export type PerformAction = (action: Action, order: Order) => Promise<OrderFact | Wait>;

/** Nothing definite yet; look again after so many milliseconds. */
export type Wait = { readonly type: 'wait'; readonly ms: number };

const wait = (ms: number): Wait => ({ type: 'wait', ms });

function unexpected(action: Action, outcome: string): never {
  throw new Error(`${action}: product-service answered ${outcome}`);
}

/**
 * Carries out one action of the saga and says what definitely came of it. Every call is idempotent under a natural id (the
 * order, the payment, the refund), so doing it twice is harmless. Throws `Unavailable` when there is no definite answer.
 */
export function createPerformAction(parts: {
  readonly products: Products;
  readonly payments: Payments;
  readonly carts: Pick<CartStore, 'clear'>;
}): PerformAction {
  const { products, payments, carts } = parts;

  /** Gives back whatever the order still has of the stock, held or committed. */
  async function undoStock(action: Action, orderId: string): Promise<void> {
    const released = await products.resolve(orderId, 'release');
    const done = ['ok', 'replay', 'tombstone', 'conflict:expired', 'conflict:returned'];
    if (done.includes(released)) return;
    if (released !== 'conflict:committed') unexpected(action, released);
    const returned = await products.resolve(orderId, 'return');
    if (returned !== 'ok' && returned !== 'replay') unexpected(action, returned);
  }

  async function pull(order: Order): Promise<OrderFact | Wait> {
    if (!order.holder) return wait(5_000);
    const event = await payments.latest(order.holder.payment_id);
    if (!event || event === 'unknown' || !isNew(order, event)) return wait(5_000);
    return (await factOf(order, event, products)) ?? wait(5_000);
  }

  return async (action, order) => {
    const id = order.order_id;
    switch (action) {
      case 'hold_stock': {
        await crashpoint('order.before_hold');
        const { outcome, expiresAt, shortages } = await products.hold(id, order.lines, holdSeconds);
        await crashpoint('order.after_hold');
        const held = outcome === 'held' || outcome === 'replay:held' || outcome === 'replay:expired';
        if (held && expiresAt !== undefined) return { type: 'stock_held', expiresAt };
        // A tombstone: released before the hold arrived.
        if (outcome === 'insufficient' || outcome === 'replay:released') return { type: 'stock_refused', shortages };
        return unexpected(action, outcome);
      }
      case 'release_for_cancel': {
        const outcome = await products.resolve(id, 'release');
        if (outcome === 'conflict:committed') return unexpected(action, outcome);
        return { type: 'stock_released' };
      }
      case 'expire_hold': {
        const outcome = await products.resolve(id, 'expire');
        if (outcome === 'not_due') return wait(1_000);
        if (outcome === 'ok' || outcome === 'replay' || outcome === 'conflict:released')
          return { type: 'hold_expired' };
        return unexpected(action, outcome);
      }
      case 'settle_lease': {
        if (!order.holder) return wait(5_000);
        const state = await payments.abandon(order.holder.payment_id);
        if (state === 'abandoned') return { type: 'not_paid', seq: order.holder.seq, how: 'abandoned' };
        return pull(order);
      }
      case 'pull_payment':
        return pull(order);
      case 'undo_stock':
        await undoStock(action, id);
        return { type: 'stock_undone' };
      case 'ask_refund': {
        if (!order.refund || !order.holder) return wait(5_000);
        const { refund_id, amount_minor } = order.refund;
        const { payment_id } = order.holder;
        const reason = order.reason ?? 'refund';
        await payments.refund({ order_id: id, payment_id, refund_id, amount_minor, currency: order.currency, reason });
        return pull(order);
      }
      case 'return_stock': {
        const outcome = await products.resolve(id, 'return');
        if (outcome === 'ok' || outcome === 'replay') return { type: 'stock_returned' };
        return unexpected(action, outcome);
      }
      case 'release_stock':
        await undoStock(action, id);
        return { type: 'chore_done', chore: 'release_stock' };
      case 'clear_cart':
        if (order.cart) await carts.clear(order.cart.cart_id, order.cart.version);
        return { type: 'chore_done', chore: 'clear_cart' };
      default:
        return action satisfies never;
    }
  };
}
