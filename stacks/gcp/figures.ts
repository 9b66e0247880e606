import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { analyticsJobName, analyticsMetricName } from '../naming.ts';

/** What the watch script writes once a minute is read as numbers, or its lines are counted where something holds. */
const read = {
  lag_records: { unit: '1', what: 'Records of the topic that the job has not read' },
  seconds_since_window: { unit: 's', what: 'Since the newest window was committed' },
  late_share_percent: { unit: '%', what: 'Share of the events that came too late for their window' },
} as const;
const counted = {
  running: { where: 'jsonPayload.running=1', what: 'Minutes in which the job ran' },
  windows: { where: 'jsonPayload.seconds_since_window<60', what: 'Minutes in which a window was committed' },
  standing: {
    where: 'jsonPayload.orders_flow=1 AND jsonPayload.seconds_since_window>600',
    what: 'Minutes in which orders came and the newest window was older than ten minutes',
  },
} as const;
export type Figure = keyof typeof read | keyof typeof counted;

/** `gcloud logging write` puts lines under this kind of resource, and queries must name it. */
const resource = 'global';

/** Log-based metrics of the lines that the job's own environment wrote. */
export function createFigures(scope: Construct, row: Environment): readonly LoggingMetric[] {
  const lines = [
    `logName="projects/${row.gcp.project}/logs/${analyticsJobName}"`,
    `resource.type="${resource}"`,
    `jsonPayload.environment="${row.name}"`,
  ].join(' AND ');
  return [
    ...Object.entries(read).map(
      ([figure, { unit, what }]) =>
        new LoggingMetric(scope, `figure-${figure}`, {
          name: analyticsMetricName(figure),
          description: what,
          filter: `${lines} AND jsonPayload.${figure}>=0`,
          valueExtractor: `EXTRACT(jsonPayload.${figure})`,
          metricDescriptor: { metricKind: 'DELTA', valueType: 'DISTRIBUTION', unit },
        }),
    ),
    ...Object.entries(counted).map(
      ([figure, { where, what }]) =>
        new LoggingMetric(scope, `figure-${figure}`, {
          name: analyticsMetricName(figure),
          description: what,
          filter: `${lines} AND ${where}`,
          metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1' },
        }),
    ),
  ];
}

const series = (figure: Figure, suffix: string, range: string, offset = ''): string =>
  `sum(increase(logging_googleapis_com:user_${analyticsMetricName(figure)}${suffix}{monitored_resource="${resource}"}[${range}]${offset && ` offset ${offset}`}))`;

/** PromQL: the mean of a figure over a range, as `5m`; `offset` long ago. */
export const meanOf = (figure: keyof typeof read, range: string, offset?: string): string =>
  `(${series(figure, '_sum', range, offset)} / ${series(figure, '_count', range, offset)})`;

/** PromQL: how many minutes of a range something held; no line at all is none. */
export const minutesOf = (figure: keyof typeof counted, range: string): string =>
  `(${series(figure, '', range)} or vector(0))`;
