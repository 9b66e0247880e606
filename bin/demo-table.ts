import type { TimelineEntry } from './demo-shop.ts';
import { type Column, textTable } from './text-table.ts';

const columns: readonly Column<TimelineEntry>[] = [
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
export const renderTimeline = (entries: readonly TimelineEntry[]): string => textTable(columns, entries);
