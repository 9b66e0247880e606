import { Match, Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import { describe, expect, test } from 'vitest';
import { Alarm, type AlarmFacts } from '../../stacks/aws/alarm.ts';
import { AlarmingStack } from '../../stacks/aws/alarming.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { BudgetStack } from '../../stacks/aws/budget.ts';
import { tagAll } from '../../stacks/aws/tags.ts';
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
        'Runbook: docs/runbooks/notifier.md',
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

describe.each(['dev', 'prod'] as const)('%s', (name) => {
  const row = environments[name];

  test('alarms go to an encrypted topic, over TLS only, and from there to the row’s address', () => {
    const template = Template.fromStack(new AlarmingStack(awsApp([row]), row));
    template.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: `ecommerce-${name}-alarms`,
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: row.alarmEmail });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test.each(['cloudwatch', 'budgets'])('%s may publish and use the key, for this account only', (service) => {
    const template = Template.fromStack(new AlarmingStack(awsApp([row]), row));
    const sender = {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Condition: { StringEquals: { 'aws:SourceAccount': row.account } },
    };
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ ...sender, Action: 'sns:Publish' })]) },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ ...sender, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })]),
      },
    });
  });

  test('somebody is told before the month’s budget is passed', () => {
    const template = Template.fromStack(new BudgetStack(awsApp([row]), row));
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetName: `ecommerce-${name}-monthly`,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: row.monthlyBudgetUsd, Unit: 'USD' },
      },
      NotificationsWithSubscribers: Match.arrayWith([
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }) }),
      ]),
    });
  });

  test('what can carry tags says whose it is', () => {
    const stack = new AlarmingStack(awsApp([row]), row);
    tagAll(stack, row);
    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Topic', {
      Tags: [
        { Key: 'Environment', Value: name },
        { Key: 'Owner', Value: 'platform' },
        { Key: 'Service', Value: 'platform' },
      ],
    });
  });
});
