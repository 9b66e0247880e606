import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderReport } from '../../bin/analytics-report.ts';
import { analyticsStatus } from '../../bin/local/analytics-progress.ts';
import { beginAnewIfChanged } from '../../bin/local/analytics-unit.ts';
import { temporaryDirectory } from './temporary-directory.ts';

function write(dataDir: string, sink: string, rows: readonly object[], name = 'part-1'): void {
  const folder = join(dataDir, 'analytics', sink, 'day=2026-11-28', 'hour=03');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

const minute = (start: string, events: number, paid: number) => ({
  window_start: start,
  window_end: start,
  events,
  created: 2,
  rejected: 0,
  placed: 2,
  payment_failed: 0,
  paid,
  cancelled: 0,
  expired: 0,
  refunded: 0,
});

test('results and checkpoints of another text of the job are put aside, and those of the same text stay', () => {
  const dataDir = temporaryDirectory();
  beginAnewIfChanged(dataDir, 'one');
  write(dataDir, 'orders_per_minute', [minute('2026-11-28T03:04:00Z', 5, 1)]);
  mkdirSync(join(dataDir, 'flink', 'checkpoints', 'job'), { recursive: true });
  beginAnewIfChanged(dataDir, 'one');
  expect(readdirSync(dataDir)).toContain('analytics');
  expect(readdirSync(join(dataDir, 'flink'))).toContain('checkpoints');
  beginAnewIfChanged(dataDir, 'other');
  expect(readdirSync(dataDir).filter((name) => name.startsWith('analytics'))).toEqual([
    expect.stringMatching(/^analytics\.of-[0-9a-f]{12}\.\d+$/),
  ]);
  expect(readdirSync(join(dataDir, 'flink')).filter((name) => name.startsWith('checkpoints.of-'))).toHaveLength(1);
  expect(readdirSync(join(dataDir, 'flink'))).not.toContain('checkpoints');
});

test('the report has a line for each minute with its money, and what all of them add up to', () => {
  const dataDir = temporaryDirectory();
  const [first, second] = ['2026-11-28T03:04:00Z', '2026-11-28T03:05:00Z'];
  write(dataDir, 'orders_per_minute', [minute(second, 7, 2), minute(first, 5, 1)]);
  write(dataDir, 'orders_per_minute', [minute('2026-11-28T03:06:00Z', 100, 100)], '.part-2.inprogress');
  write(dataDir, 'revenue_per_minute', [
    { window_start: first, window_end: first, currency: 'INR', orders: 1, revenue_minor: 349_700 },
    { window_start: second, window_end: second, currency: 'INR', orders: 1, revenue_minor: 10_000 },
    { window_start: second, window_end: second, currency: 'JPY', orders: 1, revenue_minor: 1_500 },
  ]);
  write(dataDir, 'refunds_per_minute', [
    { window_start: second, window_end: second, currency: 'INR', refunds: 1, refund_minor: 2_500 },
  ]);
  write(dataDir, 'late_events', [{ id: 'a:1' }]);
  const report = renderReport(join(dataDir, 'analytics'), 30);
  expect(report).toMatch(/^2026-11-28 03:04 +5 +2 +2 +1 +0 +INR 3,497\.00$/m);
  expect(report).toMatch(/^2026-11-28 03:05 +7 +2 +2 +2 +0 +INR 100\.00, JPY 1,500 +INR 25\.00$/m);
  expect(report).toContain('2 orders paid with INR 3,597.00, INR 25.00 given back');
  expect(report).toContain('12 events in their minute, 1 late (7.7 %), 0 unreadable');
  expect(report).not.toContain('03:06');
  const newest = renderReport(join(dataDir, 'analytics'), 1);
  expect(newest).toMatch(/^\(1 earlier: --last=2\)\nminute/);
  expect(newest).toContain('03:05');
  expect(newest).not.toContain('03:04');
});

test('without a platform the status says what to do, and with one that is down it says that the job does not run', async () => {
  const dataDir = temporaryDirectory();
  await expect(analyticsStatus(dataDir)).rejects.toThrow('start it with "npm start"');
  const nobody = 'http://127.0.0.1:1';
  writeFileSync(join(dataDir, 'platform.json'), JSON.stringify({ 'orders-analytics': nobody, kafka: '127.0.0.1:1' }));
  expect(await analyticsStatus(dataDir)).toEqual({
    running: false,
    sentence: 'orders-analytics: not running, Kafka does not say how far behind, no minute is committed yet.',
  });
});
