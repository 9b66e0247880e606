import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { TableDefinition } from '../../services/platform/facts.ts';
import type { WorkloadName } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { Alarm, alarmPeriod } from './alarm.ts';

type Watched = { readonly table: TableV2; readonly definition: TableDefinition; readonly owner: WorkloadName };

/** The two things about a table that its service cannot repair by trying again. */
export function watchTable(scope: Construct, row: Environment, { table, definition, owner }: Watched): void {
  new Alarm(scope, row, {
    name: `${definition.name}-throttled`,
    impact: `Requests of ${owner} on ${definition.name} wait and are refused with 503 while this lasts.`,
    runbook: 'docs/runbooks/tables-throttled.md',
    owner,
    metric: throttles(table, definition),
    threshold: 10,
    because: 'The SDK hides single throttles while a table on demand grows; ten in five minutes, twice, is a hot key.',
    periods: { breaching: 2, of: 3 },
  });
  new Alarm(scope, row, {
    name: `${definition.name}-system-errors`,
    impact: `DynamoDB itself fails on ${definition.name}, so ${owner} answers 503 to part of its requests.`,
    runbook: 'docs/runbooks/tables-system-errors.md',
    owner,
    metric: table.metricSystemErrorsForOperations({ operations: used, period: alarmPeriod }),
    threshold: 5,
    because: 'Single errors of the service are repeated by the SDK; more than five in five minutes reach callers.',
    periods: { breaching: 2, of: 3 },
  });
}

const used = [
  Operation.GET_ITEM,
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.DELETE_ITEM,
  Operation.QUERY,
  Operation.BATCH_GET_ITEM,
  Operation.TRANSACT_GET_ITEMS,
  Operation.TRANSACT_WRITE_ITEMS,
];

/** An index throttles writes of its table too, but counts them under its own name. */
function throttles(table: TableV2, { indexes }: TableDefinition): IMetric {
  const dimensions = [{}, ...indexes.map(({ name }) => ({ GlobalSecondaryIndexName: name }))];
  const metrics = dimensions.flatMap((dimension) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map(
      (metricName) =>
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensionsMap: { TableName: table.tableName, ...dimension },
          statistic: Stats.SUM,
          period: alarmPeriod,
        }),
    ),
  );
  return new MathExpression({
    expression: 'SUM(METRICS())',
    label: 'Throttled reads and writes',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period: alarmPeriod,
  });
}
