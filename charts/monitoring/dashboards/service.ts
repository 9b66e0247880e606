import { serviceNames } from '../../../services/platform/names.ts';
import type { DashboardFacts } from '../panels.ts';

const of = 'service="$service"';
const rate = (metric: string, selector: string, by: string) =>
  `sum by (${by}) (rate(${metric}{${selector}}[$__rate_interval]))`;
const seconds = 'http_server_request_duration_seconds';

/** For whoever looks after one service: load, errors, time, what it asks of others, and how its processes are. */
export const serviceDashboard: DashboardFacts = {
  uid: 'service',
  title: 'One service',
  about: 'Load, errors, time and saturation of one service, what it asks of others, and its log.',
  chosen: { name: 'service', values: serviceNames },
  byTrace: true,
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          kind: 'graph',
          title: 'Requests a second',
          about: 'By route. At the gateway 499 are clients that left.',
          unit: 'reqps',
          queries: { '{{method}} {{route}}': rate(`${seconds}_count`, of, 'method, route') },
        },
        {
          kind: 'graph',
          title: 'Answers by status',
          about: '503 names a dependency that could not be asked, 500 is a defect: look for its request_id below.',
          unit: 'reqps',
          queries: { '{{status}}': rate(`${seconds}_count`, of, 'status') },
        },
        {
          kind: 'graph',
          title: 'p99 by route',
          about: 'Reads of the catalogue stay below 50 ms, an order below a second.',
          unit: 's',
          queries: {
            '{{route}}': `histogram_quantile(0.99, sum by (le, route) (rate(${seconds}_bucket{${of}}[$__rate_interval])))`,
          },
        },
        {
          kind: 'graph',
          title: 'Calls to other services',
          about:
            'By outcome; circuit_open means that half of the calls of the last ten seconds failed. The gateway relays, and is not counted here.',
          unit: 'reqps',
          queries: {
            '{{callee}} {{outcome}}': rate(
              'http_client_request_duration_seconds_count',
              'service=~"$service"',
              'callee, outcome',
            ),
          },
        },
        {
          kind: 'graph',
          title: 'p99 of calls to other services',
          about: 'As this service sees it, connecting and waiting included.',
          unit: 's',
          queries: {
            '{{callee}}':
              'histogram_quantile(0.99, sum by (le, callee) (rate(http_client_request_duration_seconds_bucket{service=~"$service"}[$__rate_interval])))',
          },
        },
        {
          kind: 'graph',
          title: 'Database calls',
          about:
            'Under way, of those that may be; only services with PostgreSQL have it. docs/runbooks/database-pool.md',
          unit: 'percentunit',
          queries: {
            '{{pool}}':
              'max by (pool) (database_calls_in_flight{service=~"$service"} / database_calls_limit{service=~"$service"})',
          },
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          kind: 'graph',
          title: 'Processor',
          about: 'Seconds of processor a second, by replica. One Node process uses about 1 at most.',
          unit: 'short',
          queries: { '{{instance}}': rate('process_cpu_seconds_total', of, 'instance') },
        },
        {
          kind: 'graph',
          title: 'Memory',
          about: 'Resident, by replica. product-service is scaled by it.',
          unit: 'bytes',
          queries: { '{{instance}}': `max by (instance) (process_resident_memory_bytes{${of}})` },
        },
        {
          kind: 'graph',
          title: 'Event loop, p99',
          about: 'By how much timers are late. Above 250 ms: docs/runbooks/event-loop-blocked.md',
          unit: 's',
          queries: { '{{instance}}': `max by (instance) (nodejs_eventloop_lag_p99_seconds{${of}})` },
        },
        {
          kind: 'number',
          title: 'Replicas',
          about: 'That answer when they are scraped.',
          unit: 'short',
          queries: { up: 'sum(up{job="$service"})' },
        },
      ],
    },
    {
      title: 'Log',
      panels: [
        {
          kind: 'logs',
          title: 'Warnings and errors',
          about: 'Each line of a request carries its request_id and trace_id.',
          query: '{namespace="ecommerce", service="$service", level=~"warn|error|fatal"} | json',
        },
        {
          kind: 'logs',
          title: 'One trace through all services',
          about: 'Type a trace id above: it is in the traceparent of every answer, and in every line.',
          query: '{namespace="ecommerce"} |= "$trace" | json | trace_id="$trace"',
        },
      ],
    },
  ],
};
