import type { OrderEvent } from '../services/order-service/events.ts';
import type { Rows } from './results.ts';

/** The figures of the results that have windows. */
export type Figures = {
  readonly [Sink in Exclude<keyof Rows, 'late_events' | 'unparsable_events'>]: readonly Rows[Sink][];
};
/** What of an event counts. */
export type CountedEvent = Pick<OrderEvent, 'time'> & {
  readonly type: string;
  readonly data: Pick<OrderEvent['data'], 'order_id' | 'currency' | 'country' | 'total_minor' | 'refund_minor'> & {
    readonly lines: readonly { readonly product_id: string; readonly quantity: number }[];
  };
};

const minuteMs = 60_000;

/** The same figures as the job's, computed plainly; each event must be given once. Rows are in the order of `sorted`. */
export function figuresOf(events: readonly CountedEvent[]): Figures {
  const minutes = new Map<number, CountedEvent[]>();
  for (const event of events) {
    const start = Math.floor(Date.parse(event.time) / minuteMs) * minuteMs;
    minutes.set(start, [...(minutes.get(start) ?? []), event]);
  }
  const each = <Row>(rowsOf: (of: readonly CountedEvent[]) => readonly Row[]) =>
    [...minutes].flatMap(([start, of]) =>
      rowsOf(of).map((row) => ({ window_start: iso(start), window_end: iso(start + minuteMs), ...row })),
    );
  return sorted({
    orders_per_minute: each((of) => [
      {
        events: of.length,
        created: ofType(of, 'created').length,
        rejected: ofType(of, 'rejected').length,
        placed: ofType(of, 'placed').length,
        payment_failed: ofType(of, 'payment_failed').length,
        paid: ofType(of, 'paid').length,
        cancelled: ofType(of, 'cancelled').length,
        expired: ofType(of, 'expired').length,
        refunded: ofType(of, 'refunded').length,
      },
    ]),
    revenue_per_minute: each((of) =>
      grouped(ofType(of, 'paid'), (event) => event.data.currency).map(([currency, paid]) => ({
        currency,
        orders: paid.length,
        revenue_minor: sumOf(paid, (event) => event.data.total_minor),
      })),
    ),
    refunds_per_minute: each((of) =>
      grouped(ofType(of, 'refunded'), (event) => event.data.currency).map(([currency, refunded]) => ({
        currency,
        refunds: refunded.length,
        refund_minor: sumOf(refunded, (event) => event.data.refund_minor ?? 0),
      })),
    ),
    funnel_by_country: each((of) =>
      grouped(of, (event) => event.data.country).map(([country, there]) => {
        const created = ofType(there, 'created').length;
        const paid = ofType(there, 'paid').length;
        const conversion = created === 0 ? null : share(paid, created);
        return { country, created, placed: ofType(there, 'placed').length, paid, conversion };
      }),
    ),
    top_products: each((of) => topTen(ofType(of, 'paid'))),
  });
}

/** Rows in one order, by window and then by what else names a row, so that two sources can be compared. */
export const sorted = (figures: Figures): Figures => ({
  orders_per_minute: figures.orders_per_minute.toSorted(by((row) => [row.window_start])),
  revenue_per_minute: figures.revenue_per_minute.toSorted(by((row) => [row.window_start, row.currency])),
  refunds_per_minute: figures.refunds_per_minute.toSorted(by((row) => [row.window_start, row.currency])),
  funnel_by_country: figures.funnel_by_country.toSorted(by((row) => [row.window_start, row.country])),
  top_products: figures.top_products.toSorted(by((row) => [row.window_start, String(row.rank).padStart(2, '0')])),
});

function topTen(
  paid: readonly CountedEvent[],
): readonly Pick<Rows['top_products'], 'rank' | 'product_id' | 'units' | 'orders'>[] {
  const lines = paid.flatMap(({ data }) => data.lines.map((line) => ({ ...line, order_id: data.order_id })));
  return grouped(lines, (line) => line.product_id)
    .map(([product_id, of]) => ({
      product_id,
      units: sumOf(of, (line) => line.quantity),
      orders: new Set(of.map((line) => line.order_id)).size,
    }))
    .sort((a, b) => b.units - a.units || compare(a.product_id, b.product_id))
    .slice(0, 10)
    .map((row, n) => ({ rank: n + 1, ...row }));
}

/** To four digits, halves away from zero, in whole numbers as DECIMAL does. */
const share = (part: number, whole: number): number => Math.floor((part * 20_000 + whole) / (2 * whole)) / 10_000;

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const ofType = (events: readonly CountedEvent[], type: string): readonly CountedEvent[] =>
  events.filter((event) => event.type === `order.${type}`);
const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
const grouped = <Item>(items: readonly Item[], by: (item: Item) => string) => [...Map.groupBy(items, by)];
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const by =
  <Row>(keyOf: (row: Row) => readonly string[]) =>
  (a: Row, b: Row): number =>
    compare(keyOf(a).join(' '), keyOf(b).join(' '));
