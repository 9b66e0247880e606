import { analyticsGroup, consumerBacklog, consumerLag } from '../cloudwatch-metrics.ts';
import type { DashboardFacts } from '../panels.ts';

/** For whoever reads revenue figures: are they of now, and what should they come to. */
export const analytics: DashboardFacts = {
  uid: 'analytics',
  title: 'Analytics',
  about: 'Is the analysis on the other cloud up to date, and what should its sums come to?',
  rows: [
    {
      title: 'Up to date?',
      panels: [
        {
          kind: 'graph',
          title: 'The analysis is behind by',
          about:
            'Read from the offsets that Flink commits at each checkpoint, so a saw of a minute is normal. docs/runbooks/analytics-behind.md',
          unit: 's',
          queries: { seconds: `max(${consumerLag(analyticsGroup)})` },
        },
        {
          kind: 'graph',
          title: 'Records that it has not read',
          about: 'Over all partitions.',
          unit: 'short',
          queries: { records: `max(${consumerBacklog(analyticsGroup)})` },
        },
        {
          kind: 'graph',
          title: 'Events published a minute',
          about: 'What it has to keep up with.',
          unit: 'short',
          queries: { events: 'sum(rate(order_events_published_total[$__rate_interval])) * 60' },
        },
      ],
    },
    {
      title: 'What its sums should come to',
      panels: [
        {
          kind: 'number',
          title: 'Orders paid, last 24 hours',
          about:
            'As order-service counts; replicas that ended in between lose their last seconds, so the table is the truth.',
          unit: 'short',
          queries: { paid: 'sum(increase(order_states_entered_total{state="paid"}[24h]))' },
        },
        {
          kind: 'number',
          title: 'Captured, last 24 hours',
          about: 'In minor units by currency.',
          unit: 'short',
          queries: { '{{currency}}': 'sum by (currency) (increase(payment_captured_minor_units_total[24h]))' },
        },
        {
          kind: 'number',
          title: 'Refunded, last 24 hours',
          about: 'In minor units by currency.',
          unit: 'short',
          queries: { '{{currency}}': 'sum by (currency) (increase(payment_refunded_minor_units_total[24h]))' },
        },
      ],
    },
  ],
};
