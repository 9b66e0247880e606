import type { TimelineEntry } from './demo-shop.ts';

const columns: readonly (readonly [title: string, cell: (entry: TimelineEntry) => string, align?: 'right'])[] = [
  ['ms', (entry) => String(entry.ms_since_start), 'right'],
  ['step', (entry) => entry.step],
  ['service', (entry) => entry.service],
  ['cause', (entry) => entry.cause ?? ''],
  ['topic', (entry) => entry.topic ?? ''],
  ['partition', (entry) => String(entry.partition ?? ''), 'right'],
  ['offset', (entry) => entry.offset ?? '', 'right'],
  ['event', (entry) => entry.event_id ?? ''],
];

/** An order's timeline as a table for a terminal; `ms` counts from the order's creation. */
export function renderTimeline(entries: readonly TimelineEntry[]): string {
  const rows = [columns.map(([title]) => title), ...entries.map((entry) => columns.map(([, cell]) => cell(entry)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.[2] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
