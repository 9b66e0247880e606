import { type CountedEvent, type Figures, figuresOf, sorted } from '../../analytics/reference.ts';
import { type Rows, readRows } from '../../analytics/results.ts';
import type { OrderEvent } from '../../services/order-service/events.ts';
import type { Appended } from './disorder.ts';

/** The windows that the job committed. */
export const windowsIn = (results: string): Figures =>
  sorted({
    orders_per_minute: readRows(results, 'orders_per_minute'),
    revenue_per_minute: readRows(results, 'revenue_per_minute'),
    refunds_per_minute: readRows(results, 'refunds_per_minute'),
    funnel_by_country: readRows(results, 'funnel_by_country'),
    top_products: readRows(results, 'top_products'),
  });

/** A late event as one that counts. */
export const counted = (late: Rows['late_events']): CountedEvent => ({
  type: late.type,
  time: late.time,
  data: {
    order_id: late.order_id,
    currency: late.currency,
    country: late.country,
    total_minor: late.total_minor,
    lines: JSON.parse(late.lines),
    ...(late.refund_minor === null ? {} : { refund_minor: late.refund_minor }),
  },
});

const lateAfterMs = 30_000;

/** Whether a record was appended more than 30 s after the minute of its event. */
export const isLate = (time: string, ingested: number): boolean =>
  Math.floor(Date.parse(time) / 60_000) * 60_000 + 59_999 <= ingested - lateAfterMs;

/** Of the events of a table, the ids of those whose first record was late. */
export function lateIds(events: readonly OrderEvent[], records: readonly Appended[]): ReadonlySet<string> {
  const times = new Map(events.map((event) => [event.id, event.time]));
  const first = new Map<string, number>();
  for (const { value, ingested } of records) {
    const id = idOf(value);
    if (id !== undefined && times.has(id) && !first.has(id)) first.set(id, ingested);
  }
  return new Set([...first].filter(([id, ingested]) => isLate(times.get(id) ?? '', ingested)).map(([id]) => id));
}

function idOf(value: string | null): string | undefined {
  try {
    return (JSON.parse(value ?? '') as { id?: string }).id;
  } catch {
    return undefined;
  }
}

/** By currency: what was paid and given back, in windows and late together; minor units. */
export function moneyIn(results: string): Readonly<Record<string, { paid: bigint; refunded: bigint }>> {
  const late = readRows(results, 'late_events');
  const money = new Map<string, { paid: bigint; refunded: bigint }>();
  const of = (currency: string) => {
    const sum = money.get(currency) ?? { paid: 0n, refunded: 0n };
    money.set(currency, sum);
    return sum;
  };
  for (const row of readRows(results, 'revenue_per_minute')) of(row.currency).paid += BigInt(row.revenue_minor);
  for (const row of readRows(results, 'refunds_per_minute')) of(row.currency).refunded += BigInt(row.refund_minor);
  for (const row of late) {
    if (row.type === 'order.paid') of(row.currency).paid += BigInt(row.total_minor);
    if (row.type === 'order.refunded') of(row.currency).refunded += BigInt(row.refund_minor ?? 0);
  }
  return Object.fromEntries([...money].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One sentence for each way in which the results differ from what the table and the records say; none when they are exact. */
export function differences(
  results: string,
  events: readonly OrderEvent[],
  records: readonly Appended[],
  unparsable: number,
): readonly string[] {
  const found: string[] = [];
  const say = (what: string, actual: unknown, expected: unknown): void => {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b) found.push(`${what}: ${a.slice(0, 300)} instead of ${b.slice(0, 300)}`);
  };
  const late = readRows(results, 'late_events');
  const expectedLate = lateIds(events, records);
  say('late events', late.map(({ id }) => id).sort(), [...expectedLate].sort());
  const onTime = figuresOf(events.filter(({ id }) => !expectedLate.has(id)));
  const windows = windowsIn(results);
  for (const sink of Object.keys(onTime) as (keyof Figures)[])
    for (const [n, row] of onTime[sink].entries()) {
      const actual = windows[sink][n];
      say(`${sink} ${n}`, actual && sameKeys(actual), sameKeys(row));
      if (windows[sink].length !== onTime[sink].length) {
        say(`rows of ${sink}`, windows[sink].length, onTime[sink].length);
        break;
      }
    }
  say('late figures', figuresOf(late.map(counted)), figuresOf(events.filter(({ id }) => expectedLate.has(id))));
  const bad = readRows(results, 'unparsable_events').map((row) => `${row.partition}/${row.offset}`);
  say('unparsable records', new Set(bad).size, unparsable);
  say('unparsable records repeated', bad.length - new Set(bad).size, 0);
  const counts = windows.orders_per_minute.reduce((sum, row) => sum + row.events, 0);
  say('events in windows, late or unparsable', counts + late.length + bad.length, events.length + unparsable);
  return found;
}

const sameKeys = (row: object): object => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
