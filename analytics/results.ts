import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SinkName } from './job.ts';

type Window = { readonly window_start: string; readonly window_end: string };

/** A line of each result, as the SQL of that name writes it; times are ISO 8601 in UTC, amounts minor units of the currency. */
export type Rows = {
  readonly orders_per_minute: Window & {
    readonly events: number;
    readonly created: number;
    readonly rejected: number;
    readonly placed: number;
    readonly payment_failed: number;
    readonly paid: number;
    readonly cancelled: number;
    readonly expired: number;
    readonly refunded: number;
  };
  readonly revenue_per_minute: Window & {
    readonly currency: string;
    readonly orders: number;
    readonly revenue_minor: number;
  };
  readonly top_products: Window & {
    readonly rank: number;
    readonly product_id: string;
    readonly units: number;
    readonly orders: number;
  };
  readonly funnel_by_country: Window & {
    readonly country: string;
    readonly created: number;
    readonly placed: number;
    readonly paid: number;
    readonly conversion: number | null;
  };
  readonly refunds_per_minute: Window & {
    readonly currency: string;
    readonly refunds: number;
    readonly refund_minor: number;
  };
  readonly late_events: {
    readonly id: string;
    readonly type: string;
    readonly time: string;
    readonly ingested: string;
    readonly order_id: string;
    readonly currency: string;
    readonly country: string;
    readonly total_minor: number;
    readonly refund_minor: number | null;
    /** JSON: [{"product_id":"…","quantity":1}]. */
    readonly lines: string;
  };
  readonly unparsable_events: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly ingested: string;
    readonly payload: string | null;
  };
};

/** The committed rows of one result in the folder of results, files in the order of their paths; none where there is no file. */
export const readRows = <Sink extends SinkName>(results: string, sink: Sink): readonly Rows[Sink][] =>
  rowsBelow<Rows[Sink]>(join(results, sink));

/**
 * The newest minute whose figures are committed. Only the newest folders are read: results grow for as long as the job runs, and
 * this is asked again and again.
 */
export function newestMinute(results: string): Rows['orders_per_minute'] | undefined {
  const sink = join(results, 'orders_per_minute');
  for (const day of newestFirst(sink, 'day='))
    for (const hour of newestFirst(day, 'hour=')) {
      const [newest] = rowsBelow<Rows['orders_per_minute']>(hour).toSorted((a, b) =>
        a.window_start < b.window_start ? 1 : -1,
      );
      if (newest) return newest;
    }
  return undefined;
}

const newestFirst = (folder: string, prefix: string): readonly string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .reverse()
    .map((name) => join(folder, name));

const rowsBelow = <Row>(folder: string): readonly Row[] =>
  committedFiles(folder).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row),
  );

/** What is written but not committed begins with a point or an underscore. */
function committedFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(
      ({ entry, path }) =>
        entry.isFile() &&
        !path
          .slice(folder.length)
          .split('/')
          .some((part) => /^[._]/.test(part)),
    )
    .map(({ path }) => path)
    .sort();
}

export type Summary = {
  /** Start of the newest minute with events whose figures are final, ISO 8601. */
  readonly lastWindow: string | undefined;
  readonly onTime: number;
  readonly late: number;
  readonly unparsable: number;
  /** Of all events that parse, from 0 to 1; 0 without any. */
  readonly lateShare: number;
  /** By currency, in minor units; late events are in `late_events` and not in here. */
  readonly revenue: Readonly<Record<string, { readonly orders: number; readonly revenue_minor: number }>>;
  readonly refunds: Readonly<Record<string, { readonly refunds: number; readonly refund_minor: number }>>;
};

/** The results so far in a few figures. */
export function summarise(results: string): Summary {
  const minutes = readRows(results, 'orders_per_minute');
  const onTime = minutes.reduce((sum, minute) => sum + minute.events, 0);
  const late = readRows(results, 'late_events').length;
  const revenue = byCurrency(readRows(results, 'revenue_per_minute'), { orders: 0, revenue_minor: 0 }, (sum, row) => ({
    orders: sum.orders + row.orders,
    revenue_minor: sum.revenue_minor + row.revenue_minor,
  }));
  const refunds = byCurrency(readRows(results, 'refunds_per_minute'), { refunds: 0, refund_minor: 0 }, (sum, row) => ({
    refunds: sum.refunds + row.refunds,
    refund_minor: sum.refund_minor + row.refund_minor,
  }));
  return {
    lastWindow: minutes
      .map(({ window_start }) => window_start)
      .sort()
      .at(-1),
    onTime,
    late,
    unparsable: readRows(results, 'unparsable_events').length,
    lateShare: onTime + late === 0 ? 0 : late / (onTime + late),
    revenue,
    refunds,
  };
}

function byCurrency<Row extends { readonly currency: string }, Sum>(
  rows: readonly Row[],
  none: Sum,
  add: (sum: Sum, row: Row) => Sum,
): Readonly<Record<string, Sum>> {
  const sums = new Map<string, Sum>();
  for (const row of rows) sums.set(row.currency, add(sums.get(row.currency) ?? none, row));
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
