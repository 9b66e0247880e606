import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget/index.js';
import type { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { budgetName } from '../naming.ts';

/** When somebody is told, as on the other cloud: what was spent, or what the month is going to cost. */
const thresholds = [
  { thresholdPercent: 0.8, spendBasis: 'CURRENT_SPEND' },
  { thresholdPercent: 1, spendBasis: 'CURRENT_SPEND' },
  { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
];

/** What the project may cost in a month. It warns and stops nothing. */
export function createBudget(scope: Construct, row: Environment, mail: MonitoringNotificationChannel): void {
  new BillingBudget(scope, 'budget', {
    billingAccount: row.gcp.billingAccount,
    displayName: budgetName(row),
    budgetFilter: { projects: [`projects/${row.gcp.projectNumber}`], calendarPeriod: 'MONTH' },
    amount: { specifiedAmount: { currencyCode: 'USD', units: String(row.gcp.monthlyBudgetUsd) } },
    thresholdRules: thresholds,
    allUpdatesRule: { monitoringNotificationChannels: [mail.id], disableDefaultIamRecipients: false },
  });
}
