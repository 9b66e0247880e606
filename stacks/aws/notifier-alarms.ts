import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Metric as CloudWatchMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { prefix } from '../naming.ts';
import { Alarm, alarmPeriod } from './alarm.ts';

/** Lines of the function that are counted, word for word (services/notification-lambda); a test compares them. */
export const countedLines = {
  rejected: ['rejected a record that can never succeed'],
  refused: ['the provider refused a mail for good'],
  possibleExtraMails: [
    'the claim ran out while sending: an extra mail',
    'a claim was left behind: its mail may have gone out already',
  ],
} as const;

/** What is watched of the function; how far it is behind is watched beside the topic. */
export function watchNotifier(
  scope: Construct,
  row: Environment,
  parts: { readonly fn: LambdaFunction; readonly mapping: EventSourceMapping; readonly log: ILogGroup },
): void {
  const count = (name: keyof typeof countedLines): Metric =>
    new MetricFilter(scope, `Count ${name}`, {
      logGroup: parts.log,
      filterPattern: FilterPattern.any(
        ...countedLines[name].map((line) => FilterPattern.stringValue('$.msg', '=', line)),
      ),
      metricNamespace: prefix(row),
      metricName: `notifier.${name}`,
      defaultValue: 0,
    }).metric({ statistic: 'Sum', period: alarmPeriod });
  const facts = { owner: 'platform', runbook: 'docs/runbooks/notifier.md' } as const;

  new Alarm(scope, row, {
    ...facts,
    name: 'notifier-errors',
    impact: 'Batches of order events fail as a whole, so mails wait until they are tried again.',
    metric: parts.fn.metricErrors({ period: alarmPeriod }),
    threshold: 0,
    because:
      'The function answers with the records it could not handle; it fails only when it cannot start or ends early.',
  });
  new Alarm(scope, row, {
    ...facts,
    name: 'notifier-given-up',
    impact: 'Records were tried six times and put into the bucket: their buyers got no mail.',
    metric: new CloudWatchMetric({
      namespace: 'AWS/Lambda',
      metricName: 'OnFailureDestinationDeliveredEventCount',
      dimensionsMap: { EventSourceMappingUUID: parts.mapping.eventSourceMappingId },
      statistic: 'Sum',
      period: alarmPeriod,
    }),
    threshold: 0,
    because: 'Every record in the bucket is a mail that nobody else will send.',
    periods: { breaching: 1, of: 1 },
  });
  new Alarm(scope, row, {
    ...facts,
    name: 'notifier-rejected',
    impact: 'Somebody publishes records to orders.v1 that nobody can read; what they meant is not mailed.',
    metric: count('rejected'),
    threshold: 0,
    because: 'The contract of the topic is tested on both sides, so any rejected record is a defect.',
    periods: { breaching: 1, of: 1 },
  });
  new Alarm(scope, row, {
    ...facts,
    name: 'notifier-refused',
    impact: 'The mail provider refuses mails for good: their buyers hear nothing of their orders.',
    metric: count('refused'),
    threshold: 5,
    because: 'A mistyped address now and then is refused; more than five in five minutes is something of ours.',
    periods: { breaching: 1, of: 1 },
  });
  new Alarm(scope, row, {
    ...facts,
    name: 'notifier-extra-mails',
    impact: 'Some buyers may have got the same mail twice.',
    metric: count('possibleExtraMails'),
    threshold: 5,
    because: 'A lost answer of the provider costs one at most; more in five minutes means that it answers too late.',
    periods: { breaching: 1, of: 1 },
  });
}
