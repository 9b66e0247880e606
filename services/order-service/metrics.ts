import type { Backlog } from '../kit/backlog.ts';
import type { Metrics } from '../kit/metrics.ts';
import { type OrderState, orderStates } from './order.ts';
import type { OrderStore } from './store.ts';

export const workKinds = ['saga', 'outbox'] as const;
/** What an item of the work index is, by its sort key: the order itself, or an event that nobody has published yet. */
export const workKindOf = (sk: string): (typeof workKinds)[number] => (sk === 'META' ? 'saga' : 'outbox');

const alarmKinds = ['order_stuck', 'callback_out_of_place', 'callback_mismatch'];

/** What order-service counts of its own. Series that have a known list of labels exist from the start, at 0. */
export function orderMetrics(metrics: Pick<Metrics, 'counter' | 'histogram' | 'sampled'>, backlog: Backlog) {
  const alarms = metrics.counter('order_alarms_total', 'What needs a person, by kind', ['kind']);
  const entered = metrics.counter('order_states_entered_total', 'Orders that entered a state', ['state']);
  const published = metrics.counter('order_events_published_total', 'Events acknowledged by the broker');
  const lag = metrics.histogram(
    'order_event_publish_lag_seconds',
    'From the decision to the acknowledgement, of the oldest event of an order that was sent',
    [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  );
  metrics.sampled(
    'order_work_overdue_seconds',
    'How long the longest overdue work waits: orders to be moved on, events to be published',
    ['kind'],
    (set) => {
      for (const [kind, seconds] of backlog.ages()) set({ kind }, seconds);
    },
  );
  for (const kind of alarmKinds) alarms.inc({ kind }, 0);
  const stateEntered = (state: OrderState, by = 1) => entered.inc({ state: state.toLowerCase() }, by);
  for (const state of orderStates) stateEntered(state, 0);

  return {
    alarm: (kind: string) => alarms.inc({ kind }),
    published(count: number, oldestMs: number) {
      published.inc(count);
      lag.observe(oldestMs / 1000);
    },
    /** The store, counting the states that its writes enter. */
    counting: (store: OrderStore): OrderStore => ({
      ...store,
      async create(order, event, key) {
        const outcome = await store.create(order, event, key);
        if (outcome.kind === 'created') stateEntered(order.state);
        return outcome;
      },
      async save(change) {
        const outcome = await store.save(change);
        if (outcome.kind === 'saved' && outcome.order.state !== change.from.state) stateEntered(outcome.order.state);
        return outcome;
      },
    }),
  };
}
