import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../services/kit/ids.ts';

export type DoubleOrder = {
  readonly order_id: string;
  readonly user_id: string;
  readonly amount: { readonly amount_minor: number; readonly currency: string };
  state: string;
  holder?: string | undefined;
  lease_until: number;
  seq: number;
  /** The hold was lost: an authorisation cannot be committed. */
  stock_lost: boolean;
  cancel_requested: boolean;
  refund_id?: string;
  declines: number;
  readonly closed: Set<string>;
  readonly heard: string[];
};

/** `before`: nothing is done and no answer; `after`: done, the answer is lost; `503`: nothing is done and said so. */
export type Fault = {
  readonly on: 'lease' | 'status' | 'refund';
  readonly how: 'before' | 'after' | '503';
  times: number;
};

type Answer = { readonly status: number; readonly body: unknown };
type Callback = {
  payment_id: string;
  order_id: string;
  seq: number;
  type: string;
  amount_minor: number;
  currency: string;
  refund_id?: string;
};

const refusal = (status: number, code: string): Answer => ({ status, body: { code, status, detail: code } });

/**
 * A double of order-service: it speaks the contract of its three internal payment routes over HTTP and keeps the order's table of
 * order-flow, section 1, in memory. It holds no stock and publishes nothing.
 */
export async function startOrderDouble(leaseMs = 60_000) {
  const orders = new Map<string, DoubleOrder>();
  const faults: Fault[] = [];
  let refundAt: ((order: DoubleOrder) => void) | undefined;
  let delayMs = 0;

  function lease(order: DoubleOrder, body: { payment_id: string; user_id: string }): Answer {
    if (order.user_id !== body.user_id) return refusal(404, 'not_found');
    const granted = () => ({
      status: 200,
      body: {
        order_id: order.order_id,
        payment_id: body.payment_id,
        amount: order.amount,
        lease_until: new Date(order.lease_until).toISOString(),
      },
    });
    if (order.state === 'paying' && order.holder === body.payment_id) return granted();
    if (order.state === 'paying') return refusal(409, 'payment_in_progress');
    if (order.state === 'expired') return refusal(409, 'order_expired');
    if (order.state !== 'awaiting_payment' || order.cancel_requested || order.closed.has(body.payment_id))
      return refusal(409, 'order_not_payable');
    Object.assign(order, { state: 'paying', holder: body.payment_id, lease_until: Date.now() + leaseMs, seq: 0 });
    return granted();
  }

  function status(order: DoubleOrder, event: Callback): Answer {
    order.heard.push(`${event.payment_id.slice(-4)}:${event.seq}:${event.type}`);
    const fits =
      event.type === 'refunded'
        ? event.amount_minor <= order.amount.amount_minor
        : event.amount_minor === order.amount.amount_minor;
    if (!fits || event.currency !== order.amount.currency) return refusal(422, 'invalid_request');
    const holds = order.holder === event.payment_id;
    if (holds && event.seq > order.seq) {
      order.seq = event.seq;
      move(order, event);
    }
    return { status: 200, body: { state: order.state, verdict: verdict(order, event, holds) } };
  }

  function move(order: DoubleOrder, { type, payment_id, amount_minor }: Callback): void {
    if (order.state === 'paying' && type === 'authorized')
      order.state = order.stock_lost || order.cancel_requested ? 'voiding' : 'capturing';
    else if (order.state === 'paying' && type === 'declined') {
      order.closed.add(payment_id);
      order.holder = undefined;
      order.declines += 1;
      order.state = order.cancel_requested || order.declines >= 3 ? 'cancelled' : 'awaiting_payment';
    } else if (order.state === 'capturing' && type === 'captured') {
      order.state = order.cancel_requested ? 'refund_pending' : 'paid';
      if (order.cancel_requested) beginRefund(order);
    } else if (order.state === 'capturing' && type === 'capture_refused') order.state = 'voiding';
    else if (order.state === 'voiding' && (type === 'voided' || type === 'refunded')) order.state = 'cancelled';
    else if (order.state === 'refund_pending' && type === 'refunded') order.state = 'refunded';
    else if (order.state === 'paid' && type === 'refunded' && amount_minor === order.amount.amount_minor)
      order.state = 'refunded';
  }

  function verdict(order: DoubleOrder, { type }: Callback, holds: boolean): string {
    if (holds && ['capturing', 'paid', 'refund_pending', 'refunded'].includes(order.state))
      return type === 'authorized' ? 'capture' : 'none';
    if (holds && order.state === 'voiding')
      return ['authorized', 'captured', 'capture_refused'].includes(type) ? 'void' : 'none';
    return type === 'authorized' || type === 'captured' ? 'void' : 'none';
  }

  function beginRefund(order: DoubleOrder): void {
    order.refund_id = `ref:${order.order_id}:1`;
    refundAt?.(order);
  }

  function refund(order: DoubleOrder): Answer {
    if (order.state === 'paid') {
      order.state = 'refund_pending';
      order.refund_id = `ref:${order.order_id}:1`;
    }
    return order.state === 'refund_pending' || order.state === 'refunded'
      ? { status: 200, body: { state: order.state, refund_id: order.refund_id } }
      : refusal(409, 'not_refundable');
  }

  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const [, orderId = '', action = ''] =
      /\/orders\/([^/]+)\/(payment-lease|status|refund)$/.exec(request.url ?? '') ?? [];
    const on = action === 'payment-lease' ? 'lease' : (action as 'status' | 'refund');
    const fault = faults.find((one) => one.on === on && one.times > 0);
    if (fault) fault.times -= 1;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (fault?.how === 'before') return void request.socket.destroy();
    const order = orders.get(orderId);
    const answer =
      fault?.how === '503'
        ? refusal(503, 'unavailable')
        : !order || !request.headers.authorization
          ? refusal(404, 'not_found')
          : on === 'lease'
            ? lease(order, JSON.parse(text))
            : on === 'status'
              ? status(order, JSON.parse(text))
              : refund(order);
    if (fault?.how === 'after') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orders,
    faults,
    slowDown(ms: number) {
      delayMs = ms;
    },
    /** What the double does when a paid order is to be refunded because it was cancelled meanwhile. */
    onRefund(handler: (order: DoubleOrder) => void) {
      refundAt = handler;
    },
    cancel(order: DoubleOrder) {
      if (order.state === 'awaiting_payment') order.state = 'cancelled';
      else if (order.state === 'paid') {
        order.state = 'refund_pending';
        beginRefund(order);
      } else order.cancel_requested = true;
    },
    place(userId: string, amountMinor = 150_000): DoubleOrder {
      const order: DoubleOrder = {
        order_id: newId('order'),
        user_id: userId,
        amount: { amount_minor: amountMinor, currency: 'INR' },
        state: 'awaiting_payment',
        lease_until: 0,
        seq: 0,
        stock_lost: false,
        cancel_requested: false,
        declines: 0,
        closed: new Set(),
        heard: [],
      };
      orders.set(order.order_id, order);
      return order;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
