import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { Alarm, alarmPeriod } from './alarm.ts';

const MiB = 1024 * 1024;

/** What makes the databases slow or refuse, before they do. */
export function watchDatabase(scope: Construct, row: Environment, cluster: DatabaseCluster): void {
  const period = alarmPeriod;
  const metric = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/RDS',
      metricName,
      // The writer: what the readers do delays nobody's order.
      dimensionsMap: { DBClusterIdentifier: cluster.clusterIdentifier, Role: 'WRITER' },
      statistic,
      period,
    });
  const { maxConnections, maxCapacity } = row.database;
  new Alarm(scope, row, {
    name: 'database-cpu',
    impact:
      'Sign-in, the catalogue and stock holds become slow, and orders are refused once calls pass their deadline.',
    runbook: 'docs/runbooks/database-cpu.md',
    owner: 'platform',
    metric: metric('CPUUtilization', Stats.AVERAGE),
    threshold: 80,
    because: 'Above 80 % of the current capacity for a quarter of an hour, scaling has not kept up with the load.',
  });
  new Alarm(scope, row, {
    name: 'database-capacity',
    impact: 'The database cannot grow any further, so more load makes every answer slower.',
    runbook: 'docs/runbooks/database-capacity.md',
    owner: 'platform',
    metric: metric('ACUUtilization', Stats.AVERAGE),
    threshold: 90,
    because: `90 % of the ${maxCapacity} capacity units that the row allows leaves minutes, not hours, to raise it.`,
  });
  new Alarm(scope, row, {
    name: 'database-connections',
    impact: 'New replicas cannot connect, so scaling out or a rollout stops halfway and answers 503.',
    runbook: 'docs/runbooks/database-connections.md',
    owner: 'platform',
    metric: metric('DatabaseConnections', Stats.MAXIMUM),
    threshold: Math.floor(maxConnections * 0.8),
    because: `80 % of the ${maxConnections} connections allowed; the pools of all replicas together stay below it.`,
  });
  new Alarm(scope, row, {
    name: 'database-memory',
    impact: 'PostgreSQL reads from storage what it kept in memory, and may be restarted for lack of it.',
    runbook: 'docs/runbooks/database-memory.md',
    owner: 'platform',
    metric: metric('FreeableMemory', Stats.MINIMUM),
    threshold: 128 * MiB,
    because: 'Below 128 MiB the server has less left than one burst of new connections takes.',
    side: 'below',
  });
  new Alarm(scope, row, {
    name: 'database-deadlocks',
    impact: 'Stock holds or sign-ins are rolled back and repeated, so some checkouts fail although there is stock.',
    runbook: 'docs/runbooks/database-deadlocks.md',
    owner: 'product-service',
    metric: new MathExpression({
      expression: 'perSecond * PERIOD(perSecond)',
      label: 'Deadlocks',
      usingMetrics: { perSecond: metric('Deadlocks', Stats.AVERAGE) },
      period,
    }),
    threshold: 0,
    because: 'Every statement takes its locks in one order, so a single deadlock means that code broke that order.',
    periods: { breaching: 1, of: 1 },
  });
}
