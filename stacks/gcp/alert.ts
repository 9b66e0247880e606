import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditions,
} from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { type Environment, runbooks } from '../environments.ts';
import { gcpAlertName } from '../naming.ts';
import { labelsOf } from './foundation.ts';

export type AlertFacts = {
  /** In kebab-case, behind the environment's prefix. */
  readonly name: string;
  /** What is lost while it rings, as one sentence. */
  readonly impact: string;
  /** Name of a file in docs/runbooks, without its ending; a test proves that it exists. */
  readonly runbook: string;
  /** Why the threshold is what it is, as one sentence. */
  readonly because: string;
  /** Any of them rings. */
  readonly conditions: MonitoringAlertPolicyConditions[];
};

const isSentence = (text: string): boolean => /^[A-Z0-9].{19,}\.$/s.test(text);

/** An alert that tells whoever it wakes what is lost and where to read on, as those of the other cloud do. Throws when it does not say it in sentences. */
export function createAlert(
  scope: Construct,
  row: Environment,
  to: { readonly channel: string; readonly dependsOn: ITerraformDependable[] },
  { name, impact, runbook, because, conditions }: AlertFacts,
): MonitoringAlertPolicy {
  for (const text of [impact, because])
    if (!isSentence(text)) throw new Error(`Alert ${name}: impact and reason must be sentences, not "${text}".`);
  return new MonitoringAlertPolicy(scope, `alert-${name}`, {
    displayName: gcpAlertName(row, name),
    combiner: 'OR',
    severity: 'ERROR',
    conditions,
    notificationChannels: [to.channel],
    alertStrategy: { autoClose: '3600s', notificationPrompts: ['OPENED', 'CLOSED'] },
    documentation: {
      mimeType: 'text/markdown',
      subject: `${gcpAlertName(row, name)}: ${impact}`,
      content: [
        `Impact: ${impact}`,
        `Runbook: ${runbooks}/${runbook}.md`,
        'Owner: platform',
        `Threshold: ${because}`,
      ].join('\n'),
      links: [{ displayName: 'Runbook', url: `${runbooks}/${runbook}.md` }],
    },
    userLabels: labelsOf(row),
    dependsOn: to.dependsOn,
  });
}

/** A condition that rings when a query has an answer for so long, as `300s`. */
export const holds = (displayName: string, query: string, duration: string): MonitoringAlertPolicyConditions => ({
  displayName,
  conditionPrometheusQueryLanguage: {
    query,
    duration,
    evaluationInterval: '60s',
    // A metric of the log is not known in the seconds after it was made.
    disableMetricValidation: true,
  },
});
