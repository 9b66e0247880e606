import type { DoubleOrder } from './order-double.ts';
import type { Item, LedgerOperation } from './world.ts';

const amount = (operations: readonly LedgerOperation[]) =>
  operations.reduce((total, one) => total + one.amount_minor, 0);

/**
 * What is wrong between the provider's ledger, the payments table and the orders once everything is at rest: nobody charged twice
 * nor for nothing, nothing left authorised, refunds within captures. One sentence for each violation.
 */
export function moneyViolations(
  ledger: readonly LedgerOperation[],
  items: readonly Item[],
  orders: readonly Pick<DoubleOrder, 'order_id' | 'state'>[],
): string[] {
  const broken: string[] = [];
  const done = ledger.filter((one) => one.state === 'succeeded');
  const attempts = items.filter((one) => one.pk.startsWith('PAY#') && one.sk === 'META');

  for (const { order_id, state } of orders) {
    const own = done.filter((one) => one.order_id === order_id);
    const captures = own.filter((one) => one.kind === 'capture');
    const refunded = amount(own.filter((one) => one.kind === 'refund'));
    if (captures.length > 1) broken.push(`${order_id} was captured ${captures.length} times`);
    if (refunded > amount(captures)) broken.push(`${order_id}: ${refunded} refunded of ${amount(captures)} captured`);
    if (state === 'paid' && captures.length !== 1) broken.push(`${order_id} is paid with ${captures.length} captures`);
    if (['cancelled', 'refunded', 'expired'].includes(state) && refunded !== amount(captures))
      broken.push(`${order_id} is ${state} and keeps ${amount(captures) - refunded}`);
    if (['paying', 'capturing', 'voiding', 'refund_pending'].includes(state))
      broken.push(`${order_id} is still ${state}`);
  }

  for (const one of done.filter((operation) => operation.kind === 'authorize')) {
    const end = done.filter(
      ({ reference, kind }) => reference === one.reference && (kind === 'capture' || kind === 'void'),
    );
    if (end.length !== 1) broken.push(`${one.key} was authorised and ended ${end.length} times`);
  }

  for (const attempt of attempts) {
    const id = attempt.pk.slice(4);
    const refunds = items.filter((one) => one.pk === attempt.pk && one.sk.startsWith('REFUND#'));
    const accepted = refunds.reduce((total, one) => total + (one.amount as { amount_minor: number }).amount_minor, 0);
    const captured = amount(done.filter((one) => one.key === `cap:${id}`));
    if (accepted > captured) broken.push(`${id}: refunds of ${accepted} accepted, ${captured} captured`);
    if (refunds.some((one) => one.state === 'refused')) broken.push(`${id}: the provider refused a refund`);
    if (attempt.work_pk !== undefined) broken.push(`${id} still has work in ${String(attempt.state)}`);
    if (attempt.needs_attention !== undefined) broken.push(`${id} needs attention: ${String(attempt.needs_attention)}`);
    const record = items.find((item) => item.pk === `IDEM#${String(attempt.record_id)}`);
    if (record?.state !== 'done') broken.push(`${id} left its key without a final answer`);
    const active = items.find((item) => item.pk === `ORDER#${String(attempt.order_id)}`);
    const holds = ['captured', 'refunding'].includes(String(attempt.state));
    if ((active?.payment_id === id) !== holds)
      broken.push(`${id} is ${String(attempt.state)}, its lock ${holds ? 'gone' : 'kept'}`);
  }
  return broken;
}
