import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { prefix } from '../naming.ts';
import { Alarm, type AlarmFacts, alarmPeriod } from './alarm.ts';
import type { DatabaseServer } from './database-server.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** What makes the databases slow or refuse, before they do. `log`: where PostgreSQL writes. */
export function watchDatabase(
  scope: Construct,
  row: Environment,
  { dimensions }: Pick<DatabaseServer, 'dimensions'>,
  log: LogGroup,
): void {
  const period = alarmPeriod;
  const metric = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/RDS',
      metricName,
      dimensionsMap: dimensions,
      statistic,
      period,
    });
  const { maxConnections } = row.database;
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
  new Alarm(scope, row, roomToGrow(row, metric));
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
    metric:
      row.database.engine === 'aurora-serverless'
        ? new MathExpression({
            expression: 'perSecond * PERIOD(perSecond)',
            label: 'Deadlocks',
            usingMetrics: { perSecond: metric('Deadlocks', Stats.AVERAGE) },
            period,
          })
        : deadlocksIn(log, row),
    threshold: 0,
    because: 'Every statement takes its locks in one order, so a single deadlock means that code broke that order.',
    periods: { breaching: 1, of: 1 },
  });
}

/** What the row's engine runs out of first, and cannot get by itself. */
function roomToGrow({ database }: Environment, metric: (name: string, statistic: string) => IMetric): AlarmFacts {
  const facts = {
    name: 'database-capacity',
    runbook: 'docs/runbooks/database-capacity.md',
    owner: 'platform',
  } as const;
  return database.engine === 'aurora-serverless'
    ? {
        ...facts,
        impact: 'The database cannot grow any further, so more load makes every answer slower.',
        metric: metric('ACUUtilization', Stats.AVERAGE),
        threshold: 90,
        because: `90 % of the ${database.maxCapacity} capacity units that the row allows leaves minutes, not hours, to raise it.`,
      }
    : {
        ...facts,
        impact: 'The database will soon have nowhere to write, and then refuses every write.',
        metric: metric('FreeStorageSpace', Stats.MINIMUM),
        threshold: database.storageGiB * 0.08 * GiB,
        side: 'below',
        because:
          'RDS enlarges the storage at 10 % free, so less than 8 % means that it has reached its end or waits six hours.',
      };
}

/** RDS counts deadlocks for Aurora only; PostgreSQL writes each down. */
function deadlocksIn(logGroup: LogGroup, row: Environment): IMetric {
  const filter = new MetricFilter(logGroup, 'Deadlocks', {
    logGroup,
    filterPattern: FilterPattern.literal('"deadlock detected"'),
    metricNamespace: prefix(row),
    metricName: 'Deadlocks',
  });
  return filter.metric({ statistic: Stats.SUM, period: alarmPeriod });
}
