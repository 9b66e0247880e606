import { type Rows, readRows, summarise } from '../analytics/results.ts';
import { format } from '../services/kit/money.ts';
import { type Column, textTable } from './text-table.ts';

type Minute = Rows['orders_per_minute'] & {
  readonly revenue: string;
  readonly refunds: string;
  readonly topProduct: string;
};

const columns: readonly Column<Minute>[] = [
  ['minute (UTC)', (row) => row.window_start.replace('T', ' ').slice(0, 16)],
  ['events', (row) => String(row.events), 'right'],
  ['created', (row) => String(row.created), 'right'],
  ['placed', (row) => String(row.placed), 'right'],
  ['paid', (row) => String(row.paid), 'right'],
  ['refunded', (row) => String(row.refunded), 'right'],
  ['revenue', (row) => row.revenue],
  ['given back', (row) => row.refunds],
  ['top product', (row) => row.topProduct],
];

/** The committed minutes below a folder of results as text, the newest `last` of them, and what they add up to. */
export function renderReport(results: string, last: number): string {
  const minutes = readRows(results, 'orders_per_minute').toSorted((a, b) => (a.window_start < b.window_start ? -1 : 1));
  if (minutes.length === 0)
    return 'No minute is committed yet: the first one with an order is, less than 90 s after its end.';
  const revenue = readRows(results, 'revenue_per_minute');
  const refunds = readRows(results, 'refunds_per_minute');
  const products = readRows(results, 'top_products').filter(({ rank }) => rank === 1);
  const amounts = <Row extends { window_start: string; currency: string }>(
    rows: readonly Row[],
    start: string,
    minor: (row: Row) => number,
  ) =>
    rows
      .filter((row) => row.window_start === start)
      .map((row) => format({ amount_minor: minor(row), currency: row.currency }))
      .sort()
      .join(', ');
  const rows = minutes.slice(-last).map((minute) => {
    const start = minute.window_start;
    const top = products.find((row) => row.window_start === start);
    return {
      ...minute,
      revenue: amounts(revenue, start, (row) => row.revenue_minor),
      refunds: amounts(refunds, start, (row) => row.refund_minor),
      topProduct: top ? `${top.units} × ${top.product_id}` : '',
    };
  });
  const left = minutes.length - rows.length;
  const earlier = left > 0 ? `(${left} earlier: --last=${minutes.length})\n` : '';
  return `${earlier}${textTable(columns, rows)}\n\n${renderSums(results)}`;
}

function renderSums(results: string): string {
  const { onTime, late, unparsable, lateShare, revenue, refunds } = summarise(results);
  const sums = Object.keys(revenue)
    .sort()
    .map((currency) => {
      const { orders = 0, revenue_minor = 0 } = revenue[currency] ?? {};
      const back = refunds[currency]?.refund_minor ?? 0;
      const given = back > 0 ? `, ${format({ amount_minor: back, currency })} given back` : '';
      return `${orders} orders paid with ${format({ amount_minor: revenue_minor, currency })}${given}`;
    });
  const share = (lateShare * 100).toFixed(1);
  return [...sums, `${onTime} events in their minute, ${late} late (${share} %), ${unparsable} unreadable`].join('\n');
}
