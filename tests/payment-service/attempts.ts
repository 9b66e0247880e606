import type { Payment } from '../../services/payment-service/payment.ts';

/** An attempt as it is right after its creation, or further with what is given. */
export const attempt = (more: Partial<Payment> = {}): Payment => ({
  payment_id: 'pay_1',
  order_id: 'ord_1',
  user_id: 'usr_1',
  state: 'initiated',
  version: 1,
  fence: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  request_id: 'req_1',
  record_id: 'record',
  payment_method_token: 'pm_ok',
  seq: 0,
  delivered_seq: 0,
  refunded_minor: 0,
  refund_count: 0,
  pending_refunds: 0,
  failures: 0,
  ...more,
});
