import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { alarmTopicArn, budgetName, stackName } from '../naming.ts';

/** When somebody is told: what was spent, or what the month is going to cost, in percent of the budget. */
const notifications = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/** What the account may cost in a month. It warns and stops nothing: an account holds one environment. */
export class BudgetStack extends Stack {
  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Budget'), {
      env: { account: row.account, region: row.region },
      description: 'Monthly budget of the account, with a warning before it is passed',
    });
    new CfnBudget(this, 'Monthly', {
      budget: {
        budgetName: budgetName(row),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: row.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: notifications.map((one) => ({
        notification: { ...one, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
        subscribers: [
          { subscriptionType: 'SNS', address: alarmTopicArn(row) },
          { subscriptionType: 'EMAIL', address: row.alarmEmail },
        ],
      })),
    });
  }
}
