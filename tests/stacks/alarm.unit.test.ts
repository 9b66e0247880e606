import { Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import { describe, expect, test } from 'vitest';
import { Alarm, type AlarmFacts } from '../../stacks/aws/alarm.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { environments } from '../../stacks/environments.ts';

const { prod } = environments;
const facts: AlarmFacts = {
  name: 'tried',
  impact: 'Buyers wait for their mails.',
  runbook: 'docs/runbooks/notifier.md',
  owner: 'platform',
  metric: new Metric({ namespace: 'Tried', metricName: 'Failures' }),
  threshold: 1,
  because: 'More than one is never chance.',
};
const alarmOf = (change: Partial<AlarmFacts>): Template => {
  const stack = new Stack(awsApp([prod]), 'Tried');
  new Alarm(stack, prod, { ...facts, ...change });
  return Template.fromStack(stack);
};

describe('an alarm', () => {
  test('says what is lost, where to read on, who acts and why it rings', () => {
    alarmOf({}).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ecommerce-prod-tried',
      AlarmDescription: [
        'Impact: Buyers wait for their mails.',
        'Runbook: https://git.shop.example/cloud-ecommerce-platform/blob/main/docs/runbooks/notifier.md',
        'Owner: platform',
        'Threshold: More than one is never chance.',
      ].join('\n'),
    });
  });

  test('rings and clears at the topic that the row names, without another stack', () => {
    const topic = ['arn:aws:sns:ap-south-1:222222222222:ecommerce-prod-alarms'];
    alarmOf({}).hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
  });

  test.each([
    ['impact', { impact: '' }],
    ['impact', { impact: 'errors' }],
    ['impact', { impact: 'buyers wait for their mails' }],
    ['reason of the threshold', { because: 'TODO' }],
  ] as const)('is refused when its %s is no sentence', (what, change) => {
    expect(() => alarmOf(change)).toThrow(`its ${what} must be a sentence`);
  });

  test('cannot be written without impact, runbook, owner and reason', () => {
    const { impact: _impact, ...noImpact } = facts;
    const { runbook: _runbook, ...noRunbook } = facts;
    const { owner: _owner, ...noOwner } = facts;
    const { because: _because, ...noReason } = facts;
    const written: readonly AlarmFacts[] = [
      // @ts-expect-error without an impact
      noImpact,
      // @ts-expect-error without a runbook
      noRunbook,
      // @ts-expect-error without an owner
      noOwner,
      // @ts-expect-error without a reason of the threshold
      noReason,
      // @ts-expect-error with a runbook that lies elsewhere
      { ...facts, runbook: 'https://wiki.example/notifier' },
    ];
    expect(written).toHaveLength(5);
  });

  test('takes missing data as fine unless silence itself is the failure', () => {
    alarmOf({}).hasResourceProperties('AWS::CloudWatch::Alarm', { TreatMissingData: 'notBreaching' });
    alarmOf({ missing: 'alarming' }).hasResourceProperties('AWS::CloudWatch::Alarm', { TreatMissingData: 'breaching' });
  });
});
