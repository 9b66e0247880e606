import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { WorkloadName } from '../../services/platform/names.ts';
import { type Environment, runbooks } from '../environments.ts';
import { alarmName, alarmTopicArn } from '../naming.ts';

export type AlarmFacts = {
  /** What it is called in the account, in kebab-case, behind the environment's prefix. */
  readonly name: string;
  /** What users or operators lose while it rings, as one sentence. */
  readonly impact: string;
  /** What to do, step by step; a test proves that the file exists. */
  readonly runbook: `docs/runbooks/${string}.md`;
  /** Who acts on it. */
  readonly owner: WorkloadName | 'platform';
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** Why the threshold is what it is, as one sentence. */
  readonly because: string;
  /** Rings when the metric is on this side of the threshold; `above` unless told. */
  readonly side?: 'above' | 'below';
  /** Rings when `breaching` of the last `of` periods are on the wrong side; 3 of 3 unless told. */
  readonly periods?: { readonly breaching: number; readonly of: number };
  /** What no data means; `fine` unless told. */
  readonly missing?: 'fine' | 'alarming';
};

const isSentence = (text: string): boolean => /^[A-Z0-9].{19,}\.$/s.test(text);

/**
 * An alarm that tells whoever it wakes what is lost and where to read on. It rings and clears at the row's topic, which is
 * known by its name, so that no stack needs another for it. Throws when impact or reason is not a sentence.
 */
export class Alarm extends Construct {
  constructor(scope: Construct, row: Environment, facts: AlarmFacts) {
    super(scope, `${facts.name}-alarm`);
    for (const [what, text] of [
      ['impact', facts.impact],
      ['reason of the threshold', facts.because],
    ] as const)
      if (!isSentence(text)) throw new Error(`Alarm ${facts.name}: its ${what} must be a sentence, not "${text}".`);
    const { breaching, of } = facts.periods ?? { breaching: 3, of: 3 };
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmName: alarmName(row, facts.name),
      alarmDescription: [
        `Impact: ${facts.impact}`,
        `Runbook: ${facts.runbook.replace('docs/runbooks', runbooks)}`,
        `Owner: ${facts.owner}`,
        `Threshold: ${facts.because}`,
      ].join('\n'),
      metric: facts.metric,
      threshold: facts.threshold,
      comparisonOperator:
        facts.side === 'below'
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: breaching,
      treatMissingData:
        facts.missing === 'alarming'
          ? cloudwatch.TreatMissingData.BREACHING
          : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', alarmTopicArn(row)));
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

/** How often the platform's alarms look, unless one says why it looks at another pace. */
export const alarmPeriod = Duration.minutes(5);
