import { Match, Template } from 'aws-cdk-lib/assertions';
import { test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { BudgetStack } from '../../stacks/aws/budget.ts';
import { environments } from '../../stacks/environments.ts';

test.each(['dev', 'prod'] as const)('%s: somebody is told before the month’s budget is passed', (name) => {
  const row = environments[name];
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
