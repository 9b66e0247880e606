import { readFileSync } from 'node:fs';
import { shapeOf } from './columns.ts';
import { ordersAnalytics } from './facts.ts';
import { type KafkaSecurity, kafkaOptions } from './kafka-options.ts';

/** The results, each a folder below `JobEnvironment.results`. */
export const sinkNames = [
  'orders_per_minute',
  'revenue_per_minute',
  'top_products',
  'funnel_by_country',
  'refunds_per_minute',
  'late_events',
  'unparsable_events',
] as const;
export type SinkName = (typeof sinkNames)[number];

/** What one place where the job runs has of its own. */
export type JobEnvironment = {
  /** Comma separated host:port. */
  readonly brokers: string;
  readonly security: KafkaSecurity;
  /** Folder of the results as a URI, without a slash at its end. */
  readonly results: string;
  /** After this many seconds without a record a partition no longer holds the windows back. */
  readonly idleSeconds: number;
  /** How long a file of results may grow; it is readable after the checkpoint that follows. */
  readonly rolloverSeconds: number;
  /** `bounded`: ends when it has read what the topics hold now, and sends itself no heartbeat. */
  readonly reads?: 'unbounded' | 'bounded';
  /** Other names than those of the platform; without `heartbeat` there is none. */
  readonly topics?: { readonly orders: string; readonly heartbeat?: string };
  readonly group?: string;
};

const files = [
  'settings',
  'records',
  'events',
  ...sinkNames.map((sink) => sink.replaceAll('_', '-')),
  'heartbeat',
] as const;

/** The SQL files as people wrote them, in the order in which they are run. */
export const sqlFiles = (): readonly { readonly name: string; readonly text: string }[] =>
  files.map((name) => ({ name, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8') }));

/**
 * The job for one environment as statements in their order; the last one starts it. A password is in none of them: where it
 * belongs stands `passwordPlaceholder`. Throws when a file names a value that nobody gives.
 */
export function renderStatements(environment: JobEnvironment, sources = sqlFiles()): readonly string[] {
  const values = valuesOf(environment);
  const statements = sources
    .filter(({ name }) => name !== 'heartbeat' || heartbeatTopicOf(environment) !== undefined)
    .flatMap(({ name, text }) => statementsOf(filled(name, text, values)));
  const inserts = statements.filter(isInsert);
  return [
    ...statements.filter((one) => !isInsert(one)),
    `EXECUTE STATEMENT SET BEGIN\n${inserts.map((one) => `${one};\n`).join('\n')}END`,
  ];
}

/** The same as one script for Flink's SQL driver. */
export const renderScript = (environment: JobEnvironment): string =>
  renderStatements(environment)
    .map((one) => `${one};\n`)
    .join('\n');

const isInsert = (statement: string): boolean => /^INSERT\b/m.test(statement);

/** Statements end with a semicolon at the end of a line; comments stay with the statement that follows. */
const statementsOf = (text: string): readonly string[] =>
  text
    .split(/;[ \t]*$/m)
    .map((one) => one.trim())
    .filter((one) => one !== '');

function heartbeatTopicOf({ reads, topics }: JobEnvironment): string | undefined {
  if (reads === 'bounded') return undefined;
  return topics ? topics.heartbeat : ordersAnalytics.consumes[1].topic;
}

function valuesOf(environment: JobEnvironment): ReadonlyMap<string, string> {
  const { results, rolloverSeconds, idleSeconds } = environment;
  const bounded = environment.reads === 'bounded';
  const [orders] = ordersAnalytics.consumes;
  const ordersTopic = environment.topics?.orders ?? orders.topic;
  const heartbeatTopic = heartbeatTopicOf(environment);
  const topics = heartbeatTopic === undefined ? [ordersTopic] : [ordersTopic, heartbeatTopic];
  const kafka = kafkaOptions(environment.brokers, environment.security);
  return new Map([
    ['name', quoted(ordersAnalytics.name)],
    ['results', quoted(results)],
    ['envelope', `'^${shapeOf('', ['id', 'time', 'type'])}$'`],
    ['data', `'^${shapeOf('data', ['country', 'currency', 'order_id', 'refund_minor', 'total_minor'])}$'`],
    ['lines', `'^\\[(?:${shapeOf('data.lines[*]', ['product_id', 'quantity'])},?)+\\]$'`],
    ['orders_topic', quoted(ordersTopic)],
    [
      'source_options',
      options({
        connector: 'kafka',
        topic: topics.join(';'),
        format: 'raw',
        'properties.group.id': environment.group ?? orders.group,
        'properties.isolation.level': 'read_committed',
        'scan.startup.mode': 'earliest-offset',
        ...(bounded ? { 'scan.bounded.mode': 'latest-offset' } : {}),
        'scan.watermark.emit.strategy': 'on-event',
        'scan.watermark.idle-timeout': `${idleSeconds} s`,
        ...kafka,
      }),
    ],
    [
      'heartbeat_options',
      options({
        connector: 'kafka',
        topic: heartbeatTopic ?? '',
        format: 'raw',
        'sink.delivery-guarantee': 'at-least-once',
        ...kafka,
      }),
    ],
    [
      'sink_options',
      options({
        connector: 'filesystem',
        format: 'json',
        'json.timestamp-format.standard': 'ISO-8601',
        'json.encode.decimal-as-plain-number': 'true',
        'sink.rolling-policy.rollover-interval': `${rolloverSeconds} s`,
        'sink.rolling-policy.check-interval': `${rolloverSeconds} s`,
      }),
    ],
  ]);
}

const options = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([key, value]) => `'${key}' = '${quoted(value)}'`)
    .join(',\n  ');

/** As it stands between the quotes of a string in SQL. */
const quoted = (text: string): string => text.replaceAll("'", "''");

const filled = (file: string, text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined)
      throw new Error(`analytics/sql/${file}.sql asks for \${${name}}, which job.ts does not know.`);
    return value;
  });
