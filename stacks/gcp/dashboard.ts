import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { prefix } from '../naming.ts';
import { meanOf, minutesOf } from './figures.ts';

/** What somebody who was woken asks, in this order. */
export const panels = [
  { title: 'Records not read yet', query: meanOf('lag_records', '5m') },
  { title: 'Seconds since the newest window', query: meanOf('seconds_since_window', '5m') },
  { title: 'Minutes of the last hour in which a window was committed', query: minutesOf('windows', '1h') },
  { title: 'Events that came too late, percent', query: meanOf('late_share_percent', '5m') },
] as const;

/** Two by two on a grid of 48 columns. */
const tile = (nth: number, { title, query }: (typeof panels)[number]) => ({
  xPos: (nth % 2) * 24,
  yPos: Math.floor(nth / 2) * 16,
  width: 24,
  height: 16,
  widget: {
    title,
    xyChart: { dataSets: [{ plotType: 'LINE', timeSeriesQuery: { prometheusQuery: query } }] },
  },
});

export function createDashboard(scope: Construct, row: Environment): void {
  new MonitoringDashboard(scope, 'dashboard', {
    dashboardJson: JSON.stringify({
      displayName: `${prefix(row)} analytics`,
      mosaicLayout: { columns: 48, tiles: panels.map((panel, nth) => tile(nth, panel)) },
    }),
  });
}
