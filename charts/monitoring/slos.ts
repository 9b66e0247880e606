import { notificationLambda } from '../../services/notification-lambda/service.ts';
import { consumerLag } from './cloudwatch-metrics.ts';

/** How a promise is measured: the share of what went wrong follows from it (burn-rates.ts). */
export type Indicator =
  /** Requests that were not answered with a 5xx, of those in `selector`. */
  | { readonly kind: 'availability'; readonly selector: string }
  /** Observations of the histogram within `seconds`, which must be one of its buckets. */
  | { readonly kind: 'latency'; readonly histogram: string; readonly selector: string; readonly seconds: number }
  /** Minutes in which `bad` was 0. */
  | { readonly kind: 'time'; readonly bad: string };

export type Slo = {
  readonly name: string;
  /** Share that goes well, over 30 days. */
  readonly objective: number;
  /** The promise, as one sentence. */
  readonly promise: string;
  /** What is lost while the budget burns, as one sentence. */
  readonly impact: string;
  readonly owner: string;
  readonly indicator: Indicator;
};

const requests = 'http_server_request_duration_seconds';
/** As buyers see it: where their requests arrive. */
const atGateway = (method: string, route: string) =>
  `service="api-gateway",method="${method}",route=~"/api/v1${route}"`;
const [{ group }] = notificationLambda.consumes;

/** What buyers may rely on. The runbook of each is docs/runbooks/slo-<name>.md. */
export const slos = [
  {
    name: 'order-placement',
    objective: 0.999,
    promise: 'Of 1,000 orders that are sent in, 999 are answered: accepted, or refused with a reason.',
    impact: 'Buyers cannot place orders: each failed answer is a checkout that may not come back.',
    owner: 'order-service',
    indicator: { kind: 'availability', selector: atGateway('POST', '/orders') },
  },
  {
    name: 'order-latency',
    objective: 0.99,
    promise: 'Of 100 orders that are answered, 99 are answered within a second.',
    impact: 'Checkouts are slow, so buyers press the button again or leave.',
    owner: 'order-service',
    indicator: {
      kind: 'latency',
      histogram: requests,
      selector: `${atGateway('POST', '/orders')},status!~"5.."`,
      seconds: 1,
    },
  },
  {
    name: 'payment',
    objective: 0.999,
    promise: 'Of 1,000 payments that are sent in, 999 are answered: taken on, or declined.',
    impact: 'Buyers cannot pay for what they have ordered, and their orders expire after a quarter of an hour.',
    owner: 'payment-service',
    indicator: { kind: 'availability', selector: atGateway('POST', '/payments') },
  },
  {
    name: 'catalogue-latency',
    objective: 0.99,
    promise: 'Of 100 reads of the catalogue, 99 are answered within a quarter of a second.',
    impact: 'The shop feels slow for everybody who looks at products.',
    owner: 'product-service',
    indicator: {
      kind: 'latency',
      histogram: requests,
      selector: `${atGateway('GET', '/products.*')},status!~"5.."`,
      seconds: 0.25,
    },
  },
  {
    name: 'event-publishing',
    objective: 0.99,
    promise: 'Of 100 decisions about orders, 99 are in Kafka within a second.',
    impact: 'Mails and analytics fall behind the orders; nothing is lost, because events wait in the order table.',
    owner: 'order-service',
    indicator: { kind: 'latency', histogram: 'order_event_publish_lag_seconds', selector: '', seconds: 1 },
  },
  {
    name: 'notification',
    objective: 0.99,
    promise: 'In 99 of 100 minutes, the notifier is less than a minute behind the events.',
    impact: 'Mails about orders come late, so buyers ask whether their order arrived.',
    owner: 'notification-lambda',
    indicator: { kind: 'time', bad: `max(${consumerLag(group)}) > bool 60` },
  },
] as const satisfies readonly Slo[];
