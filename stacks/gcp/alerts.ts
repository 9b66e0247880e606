import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { tunnels } from '../interconnect.ts';
import { gcpTunnelName } from '../naming.ts';
import { type AlertFacts, createAlert, holds } from './alert.ts';
import { meanOf, minutesOf } from './figures.ts';
import { uptimeFails } from './uptime.ts';

/** Records that a busy minute can leave between two checkpoints, which is when the job tells how far it has read. */
const busyMinute = 1_000;

const tunnelsUp = (row: Environment): string => {
  const names = tunnels.map(({ index }) => gcpTunnelName(row, index)).join('|');
  return `(sum(last_over_time(vpn_googleapis_com:tunnel_established{monitored_resource="vpn_gateway",tunnel_name=~"${names}"}[10m])) or vector(0))`;
};

/** What rings on this side. `checkId` is of the uptime check. */
export const alertsOf = (row: Environment, checkId: string): readonly AlertFacts[] => [
  {
    name: 'analytics-stopped',
    impact:
      'The job does not run: revenue figures stand still, and orders that wait longer than 7 days are lost to them.',
    runbook: 'analytics-stopped',
    because:
      'A restart takes less than two minutes, and the job is watched once a minute from inside and from outside.',
    conditions: [
      holds('The watch has not seen the job run', `${minutesOf('running', '5m')} < 1`, '300s'),
      uptimeFails(checkId),
    ],
  },
  {
    name: 'analytics-lag-growing',
    impact: 'The job reads slower than orders come: figures get older, and after 7 days records are gone unread.',
    runbook: 'analytics-behind',
    because: 'More than a busy minute leaves between two checkpoints, and more than fifteen minutes before.',
    conditions: [
      holds(
        'Lag is high and grows',
        `${meanOf('lag_records', '5m')} > ${busyMinute} and ${meanOf('lag_records', '5m')} > ${meanOf('lag_records', '5m', '15m')}`,
        '900s',
      ),
    ],
  },
  {
    name: 'analytics-no-window',
    impact: 'Orders come and no minute of them is added up: revenue figures stand still.',
    runbook: 'analytics-no-window',
    because: 'A minute is committed within two; three lines of five that say ten minutes are no hiccup.',
    conditions: [holds('No window for ten minutes while orders flow', `${minutesOf('standing', '5m')} > 2`, '0s')],
  },
  {
    name: 'analytics-late-share',
    impact: 'Figures of minutes miss more than 2 percent of their events, which lie among the late ones instead.',
    runbook: 'analytics-late-events',
    because: 'Events are published within a second, and a minute waits for 30 seconds: fewer than 1 in 100 come later.',
    conditions: [holds('More than 2 percent come too late', `${meanOf('late_share_percent', '15m')} > 2`, '300s')],
  },
  {
    name: 'vpn-tunnel',
    impact: 'The way to the other cloud has lost redundancy, or is cut: analytics fall behind.',
    runbook: 'vpn',
    because: 'Four tunnels are up; AWS restarts one at a time, within minutes, and says so beforehand.',
    conditions: [holds('Fewer than four tunnels are up', `${tunnelsUp(row)} < ${tunnels.length}`, '900s')],
  },
];

/** Makes all of them ring by mail. */
export function createAlerts(
  scope: Construct,
  row: Environment,
  of: { readonly channel: string; readonly checkId: string; readonly dependsOn: ITerraformDependable[] },
): void {
  for (const facts of alertsOf(row, of.checkId)) createAlert(scope, row, of, facts);
}
