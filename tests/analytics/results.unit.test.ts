import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { figuresOf } from '../../analytics/reference.ts';
import { newestMinute, readRows, summarise } from '../../analytics/results.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, ...rows: readonly object[]): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

test('only what is committed is read', () => {
  put('late_events/day=2026-03-01/hour=10/part-a-0-0', { id: 'committed' });
  put('late_events/day=2026-03-01/hour=10/.part-a-0-1.inprogress', { id: 'in progress' });
  put('late_events/day=2026-03-01/hour=10/_part', { id: 'temporary' });
  put('late_events/.staging/part-b', { id: 'hidden' });
  expect(readRows(folder, 'late_events').map(({ id }) => id)).toEqual(['committed']);
  expect(readRows(folder, 'unparsable_events')).toEqual([]);
});

test('a summary adds up by currency and names the newest minute', () => {
  const minute = (at: string, events: number) => ({ window_start: `2026-03-01T${at}:00Z`, events });
  put('orders_per_minute/day=2026-03-01/hour=10/part-1', minute('10:01', 3), minute('10:00', 5));
  const revenue = (currency: string, revenue_minor: number) => ({ currency, orders: 1, revenue_minor });
  put('revenue_per_minute/day=2026-03-01/hour=10/part-1', revenue('JPY', 7), revenue('EUR', 10), revenue('JPY', 1));
  put('late_events/day=2026-03-01/hour=10/part-1', { id: 'a' }, { id: 'b' });
  expect(summarise(folder)).toEqual({
    lastWindow: '2026-03-01T10:01:00Z',
    onTime: 8,
    late: 2,
    unparsable: 0,
    lateShare: 0.2,
    revenue: { EUR: { orders: 1, revenue_minor: 10 }, JPY: { orders: 2, revenue_minor: 8 } },
    refunds: {},
  });
});

test('the newest minute is the last committed one, whatever was begun after it', () => {
  const minute = (at: string) => ({ window_start: at, events: 1 });
  expect(newestMinute(join(folder, 'none'))).toBeUndefined();
  put('orders_per_minute/day=2026-02-28/hour=23/part-1', minute('2026-02-28T23:59:00Z'));
  put(
    'orders_per_minute/day=2026-03-01/hour=09/part-2',
    minute('2026-03-01T09:02:00Z'),
    minute('2026-03-01T09:01:00Z'),
  );
  put('orders_per_minute/day=2026-03-01/hour=10/.part-3.inprogress', minute('2026-03-01T10:00:00Z'));
  expect(newestMinute(folder)).toMatchObject({ window_start: '2026-03-01T09:02:00Z' });
  put('orders_per_minute/day=2026-03-01/hour=10/part-3', minute('2026-03-01T10:00:00Z'));
  expect(newestMinute(folder)).toMatchObject({ window_start: '2026-03-01T10:00:00Z' });
});

test('results that do not exist yet are an empty summary', () => {
  expect(summarise(join(folder, 'none'))).toMatchObject({ lastWindow: undefined, onTime: 0, late: 0, lateShare: 0 });
});

test('the reference rounds a conversion as decimals do, and knows none where nothing was created', () => {
  const event = (type: string, n: number, country = 'DE') => ({
    type: `order.${type}`,
    time: '2026-03-01T10:00:01.000Z',
    data: { order_id: String(n), currency: 'EUR', country, total_minor: 5, lines: [{ product_id: 'p', quantity: 2 }] },
  });
  const of = (paid: number, created: number) =>
    figuresOf([
      ...Array.from({ length: paid }, (_, n) => event('paid', n)),
      ...Array.from({ length: created }, (_, n) => event('created', n)),
    ]).funnel_by_country[0]?.conversion;
  expect([of(1, 3), of(2, 3), of(1, 0), of(0, 2), of(3, 2)]).toEqual([0.3333, 0.6667, null, 0, 1.5]);
});
