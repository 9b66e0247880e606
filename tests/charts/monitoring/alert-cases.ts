import { budgetOf, burnRates } from '../../../charts/monitoring/burn-rates.ts';
import { type Slo, slos } from '../../../charts/monitoring/slos.ts';
import { serviceNames } from '../../../services/platform/names.ts';

/** Series as they come in, one value a minute (`0+60x10` counts up), and which alerts ring after so many minutes. */
export type AlertCase = {
  readonly about: string;
  /** The group of rules that it is about; the others are not evaluated. */
  readonly group: string;
  readonly series: Readonly<Record<string, string>>;
  readonly atMinute: number;
  readonly ring: readonly string[];
  readonly silent: readonly string[];
};

const pascal = (name: string) => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
export const fast = ({ name }: Slo) => `${pascal(name)}BudgetBurnsFast`;
export const slow = ({ name }: Slo) => `${pascal(name)}BudgetBurnsSlowly`;

/** Phases of traffic, so many minutes with such a share of what goes wrong. */
type Phase = { readonly minutes: number; readonly wrong: number };

/** Explicit samples of a counter that grows by `perMinute(phase)`. */
function counted(phases: readonly Phase[], perMinute: (phase: Phase) => number): string {
  const samples: string[] = [];
  let value = 0;
  for (const phase of phases)
    for (let minute = 0; minute < phase.minutes; minute += 1) {
      samples.push(String(Number(value.toFixed(3))));
      value += perMinute(phase);
    }
  return samples.join(' ');
}

const perMinute = 10_000;

/** What a promise is measured by, with these shares going wrong. */
function traffic({ indicator }: Slo, phases: readonly Phase[]): Readonly<Record<string, string>> {
  const good = counted(phases, ({ wrong }) => perMinute * (1 - wrong));
  const bad = counted(phases, ({ wrong }) => perMinute * wrong);
  const all = counted(phases, () => perMinute);
  const isOutage = phases.every(({ wrong }) => wrong === 1);
  const exact = (selector: string) =>
    selector.replaceAll('=~', '=').replace('/products.*', '/products').replace(',status!~"5.."', ',status="200"');
  switch (indicator.kind) {
    case 'availability': {
      const of = (status: string) =>
        `http_server_request_duration_seconds_count{${exact(indicator.selector)},status="${status}"}`;
      return { ...(isOutage ? {} : { [of('201')]: good }), [of('503')]: bad };
    }
    case 'latency': {
      const { histogram, selector, seconds } = indicator;
      const labels = exact(selector);
      const within = labels === '' ? `le="${seconds}"` : `${labels},le="${seconds}"`;
      const bucket = isOutage ? {} : { [`${histogram}_bucket{${within}}`]: good };
      return { ...bucket, [`${histogram}_count{${labels}}`]: all };
    }
    case 'time': {
      const [, metric = ''] = /max\(([^)]+\})\)/.exec(indicator.bad) ?? [];
      const minutes = phases.flatMap(({ minutes: count, wrong }) =>
        // Spread evenly: of 100 minutes, `wrong` × 100 are bad.
        Array.from({ length: count }, (_, index) =>
          Math.floor((index + 1) * wrong) > Math.floor(index * wrong) ? 300 : 1,
        ),
      );
      return { [metric]: minutes.join(' ') };
    }
    default:
      return indicator satisfies never;
  }
}

/** Share that goes wrong when the budget burns so many times as fast as it may. */
const burning = (slo: Slo, times: number) => Math.min(1, times * budgetOf(slo));

const [highest, page] = burnRates.map(({ factor }) => factor).sort((a, b) => b - a);

const sloCases = (slo: Slo): readonly AlertCase[] => [
  {
    about: `${slo.name}: nothing goes wrong`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [{ minutes: 200, wrong: 0 }]),
    atMinute: 190,
    ring: [],
    silent: [fast(slo), slow(slo)],
  },
  {
    about: `${slo.name}: the budget burns half as fast as it may`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [{ minutes: 200, wrong: burning(slo, 0.5) }]),
    atMinute: 190,
    ring: [],
    silent: [fast(slo), slow(slo)],
  },
  {
    about: `${slo.name}: above the ticket, below the page`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [{ minutes: 200, wrong: burning(slo, ((page ?? 6) + 3) / 2) }]),
    atMinute: 190,
    ring: [slow(slo)],
    silent: [fast(slo)],
  },
  {
    about: `${slo.name}: far above the page`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [
      { minutes: 60, wrong: 0 },
      { minutes: 60, wrong: burning(slo, (highest ?? 14.4) * 2) },
    ]),
    atMinute: 115,
    ring: [fast(slo), slow(slo)],
    silent: [],
  },
  {
    about: `${slo.name}: nothing goes well, so there is no series of what does`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [{ minutes: 20, wrong: 1 }]),
    atMinute: 15,
    ring: [fast(slo), slow(slo)],
    silent: [],
  },
  {
    about: `${slo.name}: over since three quarters of an hour`,
    group: `slo-${slo.name}`,
    series: traffic(slo, [
      { minutes: 60, wrong: 0 },
      { minutes: 20, wrong: burning(slo, 60) },
      { minutes: 50, wrong: 0 },
    ]),
    atMinute: 122,
    ring: [],
    silent: [fast(slo)],
  },
];

const up = (down: readonly string[]) =>
  Object.fromEntries(
    serviceNames.map((name) => [`up{job="${name}",instance="10.0.0.1:9464"}`, `${down.includes(name) ? 0 : 1}x40`]),
  );
const flat = (value: number) => `${value}+0x40`;
const watched = (
  alert: string,
  bad: Readonly<Record<string, string>>,
  good: Readonly<Record<string, string>>,
  atMinute = 35,
): readonly AlertCase[] => [
  { about: `${alert}: wrong`, group: 'causes', series: bad, atMinute, ring: [alert], silent: [] },
  { about: `${alert}: right`, group: 'causes', series: good, atMinute, ring: [], silent: [alert] },
];
const overdue = (series: string, seconds: number) => ({ [series]: flat(seconds) });
const calls = (failing: number) => ({
  'http_client_request_duration_seconds_count{service="order-service",callee="user-service",outcome="2xx"}': `0+${100 - failing}x40`,
  'http_client_request_duration_seconds_count{service="order-service",callee="user-service",outcome="unavailable"}': `0+${failing}x40`,
});
const hpa = (replicas: number) => ({
  'kube_horizontalpodautoscaler_status_current_replicas{namespace="ecommerce",horizontalpodautoscaler="order-service"}':
    flat(replicas),
  'kube_horizontalpodautoscaler_spec_max_replicas{namespace="ecommerce",horizontalpodautoscaler="order-service"}':
    flat(10),
});
const pool = (inFlight: number) => ({
  'database_calls_in_flight{service="product-service",pool="reads",instance="a"}': flat(inFlight),
  'database_calls_limit{service="product-service",pool="reads",instance="a"}': flat(512),
});
const flink = 'aws_kafka_estimated_max_time_lag_maximum{dimension_Consumer_Group="flink-analytics"}';

/** For every alert of ours at least one case in which it rings and one in which it does not. */
export const alertCases: readonly AlertCase[] = [
  ...slos.flatMap(sloCases),
  ...watched('ServiceDown', up(['order-service']), up([])),
  {
    about: 'ServiceDown: nothing is scraped at all',
    group: 'causes',
    series: {},
    atMinute: 10,
    ring: ['ServiceDown'],
    silent: ['ReplicaUnreachable'],
  },
  ...watched('ReplicaUnreachable', up(['payment-service']), up([])),
  ...watched(
    'OrdersNeedAttention',
    { 'order_alarms_total{kind="order_stuck"}': '0x20 1x20' },
    { 'order_alarms_total{kind="order_stuck"}': '3x40' },
  ),
  ...watched(
    'PaymentsNeedAttention',
    { 'payment_alarms_total{kind="refund_refused"}': '0x20 1x20' },
    { 'payment_alarms_total{kind="refund_refused"}': '3x40' },
  ),
  ...watched('EventsNotPublished', overdue('order_work_overdue_seconds{kind="outbox"}', 90), {
    ...overdue('order_work_overdue_seconds{kind="outbox"}', 2),
    ...overdue('order_work_overdue_seconds{kind="saga"}', 90),
  }),
  ...watched('OrdersNotMovedOn', overdue('order_work_overdue_seconds{kind="saga"}', 90), {
    ...overdue('order_work_overdue_seconds{kind="saga"}', 2),
    ...overdue('order_work_overdue_seconds{kind="outbox"}', 90),
  }),
  ...watched(
    'PaymentsNotMovedOn',
    overdue('payment_work_overdue_seconds{kind="attempt"}', 90),
    overdue('payment_work_overdue_seconds{kind="attempt"}', 30),
  ),
  ...watched('DatabasePoolNearlyFull', pool(450), pool(300)),
  ...watched('CallsBetweenServicesFail', calls(20), calls(5)),
  ...watched(
    'EventLoopBlocked',
    { 'nodejs_eventloop_lag_p99_seconds{service="user-service",instance="a"}': flat(0.5) },
    { 'nodejs_eventloop_lag_p99_seconds{service="user-service",instance="a"}': flat(0.05) },
  ),
  ...watched('ReplicasAtMaximum', hpa(10), hpa(9)),
  ...watched('AnalyticsBehind', { [flink]: flat(900) }, { [flink]: flat(120) }),
];
