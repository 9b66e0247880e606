import { notificationLambda } from '../../../services/notification-lambda/service.ts';
import { consumerBacklog, consumerLag } from '../cloudwatch-metrics.ts';
import type { DashboardFacts } from '../panels.ts';

const [{ group }] = notificationLambda.consumes;
const lag = (share: number) =>
  `histogram_quantile(${share}, sum by (le) (rate(order_event_publish_lag_seconds_bucket[$__rate_interval])))`;

/** For whoever runs the flow of events: from the decision to its effect, and what waits in between. */
export const eventsAndLag: DashboardFacts = {
  uid: 'events-and-lag',
  title: 'Events and lag',
  about: 'How long it takes from a decision about an order to Kafka, to a mail, and what waits in between.',
  rows: [
    {
      title: 'From the order table to Kafka',
      panels: [
        {
          kind: 'graph',
          title: 'Events published',
          about: 'Acknowledged by the broker, a second.',
          unit: 'short',
          queries: { events: 'sum(rate(order_events_published_total[$__rate_interval]))' },
        },
        {
          kind: 'graph',
          title: 'Decision to acknowledgement',
          about: 'Promised: 99 of 100 within a second.',
          unit: 's',
          queries: { median: lag(0.5), p99: lag(0.99) },
        },
        {
          kind: 'graph',
          title: 'Longest overdue work',
          about: 'saga: orders to be moved on. outbox: events to be published. Normal is below 2 s.',
          unit: 's',
          queries: {
            '{{kind}}': 'max by (kind) (order_work_overdue_seconds)',
            payment: 'max(payment_work_overdue_seconds)',
          },
        },
        {
          kind: 'graph',
          title: "user-service's outbox",
          about: 'Contacts and revoked sessions on their way to DynamoDB; postponed ones are tried again.',
          unit: 'short',
          queries: { '{{outcome}}': 'sum by (outcome) (increase(user_outbox_deliveries_total[$__rate_interval]))' },
        },
      ],
    },
    {
      title: 'From Kafka to the mail',
      panels: [
        {
          kind: 'graph',
          title: 'The notifier is behind by',
          about: 'Promised: below a minute. docs/runbooks/slo-notification.md',
          unit: 's',
          queries: { seconds: `max(${consumerLag(group)})` },
        },
        {
          kind: 'graph',
          title: 'Records that wait for the notifier',
          about: 'Over all partitions.',
          unit: 'short',
          queries: { records: `max(${consumerBacklog(group)})` },
        },
        {
          kind: 'graph',
          title: 'The function',
          about: 'Batches a minute; an error is a batch that comes again as a whole.',
          unit: 'short',
          queries: {
            invocations: 'sum(aws_lambda_invocations_sum)',
            errors: 'sum(aws_lambda_errors_sum)',
            throttles: 'sum(aws_lambda_throttles_sum)',
          },
        },
      ],
    },
    {
      title: 'Log',
      panels: [
        {
          kind: 'logs',
          title: 'Events that stayed in the outbox',
          about: 'Kafka could not be asked; they are published later, in order.',
          query: '{namespace="ecommerce", service="order-service"} |= "events stay in the outbox" | json',
        },
      ],
    },
  ],
};
