import type { DashboardFacts } from '../panels.ts';
import { slos } from '../slos.ts';

const entered = (states: string) =>
  `sum by (state) (increase(order_states_entered_total{state=~"${states}"}[$__rate_interval]))`;
const requests = (selector: string) =>
  `sum(rate(http_server_request_duration_seconds_count{service="api-gateway",${selector}}[$__rate_interval]))`;
const quantile = (share: number, selector: string) =>
  `histogram_quantile(${share}, sum by (le) (rate(http_server_request_duration_seconds_bucket{service="api-gateway",${selector}}[$__rate_interval])))`;
const checkout = 'method="POST",route="/api/v1/orders"';

/** For whoever runs the shop: do orders come in, are they paid, does money move as it should. */
export const ordersAndMoney: DashboardFacts = {
  uid: 'orders-and-money',
  title: 'Orders and money',
  about: 'Do orders come in, are they paid, does money move as it should, and are the promises kept?',
  rows: [
    {
      title: 'Promises',
      panels: [
        {
          kind: 'graph',
          title: 'Budget left of 30 days',
          about: 'Falls to 0 when a promise of slos.ts is broken. docs/runbooks/slo-*.md say what to do.',
          unit: 'percentunit',
          queries: { '{{slo}}': 'slo:budget_left:ratio30d' },
        },
        {
          kind: 'graph',
          title: 'Share that goes wrong, last hour',
          about: 'Compare with the promise: order-placement may lose 1 in 1,000.',
          unit: 'percentunit',
          queries: { '{{slo}}': 'slo:errors:ratio_rate1h' },
        },
        {
          kind: 'number',
          title: 'Promised',
          about: `The objectives of ${slos.length} promises.`,
          unit: 'percentunit',
          queries: { '{{slo}}': 'slo:objective:ratio' },
        },
      ],
    },
    {
      title: 'Orders',
      panels: [
        {
          kind: 'graph',
          title: 'Orders that entered a state',
          about: 'Created, then awaiting payment, then paid: the three lines follow each other.',
          unit: 'short',
          queries: { '{{state}}': entered('created|awaiting_payment|paid') },
        },
        {
          kind: 'graph',
          title: 'Orders that did not make it',
          about:
            'Rejected: no stock. Expired: not paid in time. Cancelled and refunded: by their buyers or by an administrator.',
          unit: 'short',
          queries: { '{{state}}': entered('rejected|expired|cancelled|refund_pending|refunded|voiding') },
        },
        {
          kind: 'graph',
          title: 'Checkout, as buyers feel it',
          about: 'Time of POST /orders at the gateway.',
          unit: 's',
          queries: { median: quantile(0.5, checkout), p99: quantile(0.99, checkout) },
        },
        {
          kind: 'graph',
          title: 'Stock',
          about: 'Holds by outcome; "insufficient" is a buyer who was told that it is sold out.',
          unit: 'short',
          queries: {
            '{{outcome}}': 'sum by (outcome) (increase(product_holds_total[$__rate_interval]))',
            expired: 'sum(increase(product_holds_expired_total[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Repeated requests',
          about: 'Answered with the stored answer: buttons pressed twice, clients that try again.',
          unit: 'short',
          queries: {
            '{{service}} {{route}}':
              'sum by (service, route) (increase(http_server_idempotent_replays_total[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'What needs a person',
          about: 'docs/runbooks/orders-need-attention.md and payments-need-attention.md. Normal is 0.',
          unit: 'short',
          queries: {
            'order: {{kind}}': 'sum by (kind) (increase(order_alarms_total[1h]))',
            'payment: {{kind}}': 'sum by (kind) (increase(payment_alarms_total[1h]))',
          },
        },
      ],
    },
    {
      title: 'Money',
      panels: [
        {
          kind: 'graph',
          title: 'Captured',
          about: 'In minor units (paise, cents) per interval and currency.',
          unit: 'short',
          queries: {
            '{{currency}}': 'sum by (currency) (increase(payment_captured_minor_units_total[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Refunded',
          about: 'In minor units per interval and currency.',
          unit: 'short',
          queries: {
            '{{currency}}': 'sum by (currency) (increase(payment_refunded_minor_units_total[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Payment attempts that entered a state',
          about: 'Declined cards are normal; capture_refused and voided should be rare.',
          unit: 'short',
          queries: { '{{state}}': 'sum by (state) (increase(payment_states_entered_total[$__rate_interval]))' },
        },
        {
          kind: 'graph',
          title: 'Requests to pay',
          about: 'At the gateway, a second.',
          unit: 'reqps',
          queries: { payments: requests('method="POST",route="/api/v1/payments"'), orders: requests(checkout) },
        },
      ],
    },
  ],
};
