import { announce } from '../../services/order-service/announce.ts';
import type { OrderEvent } from '../../services/order-service/events.ts';
import type { Order } from '../../services/order-service/order.ts';
import type { OrderFact } from '../../services/order-service/order-fact.ts';
import { transition } from '../../services/order-service/transition.ts';
import { orderIn } from '../order-service/orders.ts';

/** A number from 0 up to 1, the same sequence for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An order as the table holds it in the end, with all its events; times are epoch milliseconds. */
export type OrderHistory = { readonly order: Order; readonly events: readonly OrderEvent[] };

/** Currencies of no, two and three digits, and where they are spent. */
const markets = [
  ['INR', 'IN'],
  ['EUR', 'DE'],
  ['EUR', 'FR'],
  ['JPY', 'JP'],
  ['KWD', 'KW'],
] as const;

const idFrom = (prefix: string, n: number): string =>
  `${prefix}_01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** `count` orders that began within `spanMs` from `from`, taken through order-service's own transitions. */
export function orderHistories(
  count: number,
  from: number,
  spanMs: number,
  random: () => number,
): readonly OrderHistory[] {
  return Array.from({ length: count }, (_, n) => history(n + 1, from + Math.floor(random() * spanMs), random));
}

function history(n: number, createdAt: number, random: () => number): OrderHistory {
  const order = newOrder(n, createdAt, random);
  const story: { order: Order; events: OrderEvent[]; now: number } = {
    order,
    events: [announce(order, 'order.created', createdAt)],
    now: createdAt,
  };
  const happen = (fact: OrderFact, afterMs: number): void => {
    story.now += 1 + Math.floor(random() * afterMs);
    const next = transition(story.order, fact, story.now);
    if (next.kind === 'refused') throw new Error(`${fact.type} has no place in ${story.order.state}`);
    story.order = next.order;
    if (next.announce) story.events.push(announce(next.order, next.announce, story.now, next.refundMinor));
  };
  live(happen, () => story.order, n, random);
  return { order: story.order, events: story.events };
}

function newOrder(n: number, createdAt: number, random: () => number): Order {
  const [currency, country] = markets[Math.floor(random() * markets.length)] ?? markets[0];
  const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, line) => {
    const quantity = 1 + Math.floor(random() * 4);
    // Sums go beyond what a float holds exactly.
    const unit = 1 + Math.floor(random() * 9_000_000);
    const product = 1 + Math.floor(random() ** 2 * 14) + 15 * line;
    return {
      product_id: idFrom('prd', product),
      title: `Product ${product}`,
      quantity,
      unit_minor: unit,
      line_minor: unit * quantity,
      price_version: 1,
    };
  });
  const plain = orderIn('CREATED');
  return {
    ...plain,
    order_id: idFrom('ord', n),
    user_id: idFrom('usr', 1 + (n % 50)),
    seq: 1,
    version: 1,
    created_at: createdAt,
    since: createdAt,
    lines,
    currency,
    total_minor: lines.reduce((sum, line) => sum + line.line_minor, 0),
    shipping_address: { ...plain.shipping_address, country },
  };
}

/** One way of an order through its states: most are paid, some after a decline, some given back wholly or in parts. */
function live(
  happen: (fact: OrderFact, afterMs: number) => void,
  order: () => Order,
  n: number,
  random: () => number,
): void {
  const fate = random();
  if (fate < 0.05) {
    happen({ type: 'stock_refused', shortages: [] }, 400);
    return;
  }
  happen({ type: 'stock_held', expiresAt: order().created_at + 900_000 }, 400);
  if (fate < 0.1) {
    happen({ type: 'hold_expired' }, 900_000);
    return;
  }
  if (fate < 0.15) {
    happen({ type: 'cancel_asked', note: undefined }, 60_000);
    happen({ type: 'stock_released' }, 200);
    return;
  }
  let attempts = 0;
  const attempt = (): void => {
    attempts += 1;
    const until = order().since + 60_000;
    happen({ type: 'lease_granted', paymentId: idFrom('pay', n * 8 + attempts), until, holdUntil: until }, 90_000);
  };
  const declines = fate < 0.18 ? 3 : fate < 0.3 ? 1 : 0;
  for (let decline = 0; decline < declines; decline++) {
    attempt();
    happen({ type: 'not_paid', seq: 1, how: 'declined' }, 4_000);
  }
  if (declines === 3) return;
  attempt();
  happen({ type: 'authorized', seq: 1, committed: true }, 3_000);
  happen({ type: 'captured', seq: 2 }, 1_000);
  if (fate > 0.85) giveBack(happen, order, fate > 0.92);
}

function giveBack(happen: (fact: OrderFact, afterMs: number) => void, order: () => Order, inParts: boolean): void {
  const refunded = (refundId: string, amountMinor: number): OrderFact => ({
    type: 'refunded',
    seq: order().version,
    refundId,
    amountMinor,
  });
  const part = Math.floor(order().total_minor / 3);
  if (inParts && part > 0) happen(refunded('ref:part', part), 120_000);
  if (inParts && order().total_minor % 2 === 0) return;
  happen({ type: 'refund_asked', note: undefined }, 60_000);
  happen(refunded(order().refund?.refund_id ?? '', order().total_minor - order().refunded_minor), 2_000);
  happen({ type: 'stock_returned' }, 500);
}
