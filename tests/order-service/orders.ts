import type { Order, OrderState } from '../../services/order-service/order.ts';

/** An order in a state, as it would look after getting there in the plain way. */
export function orderIn(state: OrderState, change: Partial<Order> = {}): Order {
  const held = state !== 'CREATED' && state !== 'REJECTED';
  const attempted = ['PAYING', 'CAPTURING', 'VOIDING', 'PAID', 'REFUND_PENDING', 'REFUNDED'].includes(state);
  const holderState = { CAPTURING: 'authorized', VOIDING: 'voiding', PAID: 'captured' } as const;
  return {
    order_id: 'ord_01890a5d-ac96-774b-bcce-b302099a8057',
    user_id: 'usr_01890a5d-ac96-774b-bcce-b302099a8057',
    state,
    version: 3,
    fence: 1,
    last_op_id: 'op',
    seq: 2,
    created_at: 1_000,
    since: 1_000,
    lines: [
      {
        product_id: 'prd_01890a5d-ac96-774b-bcce-b302099a8057',
        title: 'Kettle',
        quantity: 2,
        unit_minor: 5_000,
        line_minor: 10_000,
        price_version: 1,
      },
    ],
    currency: 'INR',
    total_minor: 10_000,
    refunded_minor: state === 'REFUNDED' ? 10_000 : 0,
    shipping_address: {
      recipient: 'A',
      line1: 'B',
      city: 'Pune',
      region: 'MH',
      postal_code: '411001',
      country: 'IN',
    },
    ...(held ? { reservation_expires_at: 901_000 } : {}),
    cancel_requested: false,
    ...(attempted
      ? {
          holder: {
            payment_id: 'pay_01890a5d-ac96-774b-bcce-b302099a8057',
            lease_until: 61_000,
            seq: 0,
            state: holderState[state as keyof typeof holderState] ?? 'paying',
          },
        }
      : {}),
    ...(state === 'REFUND_PENDING'
      ? { refund: { refund_id: 'ref:1', amount_minor: 10_000, confirmed: false }, refund_count: 1 }
      : { refund_count: 0 }),
    closed_payment_ids: [],
    declines: 0,
    chores: [],
    pending_answers: [],
    history: [],
    attempts: 0,
    needs_attention: false,
    ...change,
  };
}
