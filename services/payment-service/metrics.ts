import type { Backlog } from '../kit/backlog.ts';
import type { Metrics } from '../kit/metrics.ts';
import { paymentStates } from './attempt-state.ts';
import type { PaymentStore } from './store.ts';

export const workKinds = ['attempt'] as const;
export const workKindOf = (): (typeof workKinds)[number] => 'attempt';

const alarmKinds = [
  'stuck',
  'defect',
  'callback_overdue',
  'callback_refused',
  'verdict_impossible',
  'void_refused',
  'refund_refused',
];

/** What payment-service counts of its own. Series that have a known list of labels exist from the start, at 0. */
export function paymentMetrics(metrics: Pick<Metrics, 'counter' | 'sampled'>, backlog: Backlog) {
  const alarms = metrics.counter('payment_alarms_total', 'What needs a person, by kind', ['kind']);
  const states = metrics.counter('payment_states_entered_total', 'Attempts that entered a state', ['state']);
  const captured = metrics.counter('payment_captured_minor_units_total', 'Money captured, in minor units', [
    'currency',
  ]);
  const refunded = metrics.counter('payment_refunded_minor_units_total', 'Money refunded, in minor units', [
    'currency',
  ]);
  metrics.sampled('payment_work_overdue_seconds', 'How long the longest overdue attempt waits', ['kind'], (set) => {
    for (const [kind, seconds] of backlog.ages()) set({ kind }, seconds);
  });
  for (const kind of alarmKinds) alarms.inc({ kind }, 0);
  for (const state of paymentStates) states.inc({ state }, 0);
  const money = { captured, refunded } as const;

  return {
    alarm: (kind: string) => alarms.inc({ kind }),
    entered: (state: string) => states.inc({ state }),
    /** The store, counting the money that its writes say has moved. */
    counting: (store: PaymentStore): PaymentStore => ({
      ...store,
      async write(change, more) {
        const outcome = await store.write(change, more);
        const { callback } = change;
        if (outcome === 'written' && callback && (callback.type === 'captured' || callback.type === 'refunded'))
          money[callback.type].inc({ currency: callback.currency }, callback.amount_minor);
        return outcome;
      },
    }),
  };
}
