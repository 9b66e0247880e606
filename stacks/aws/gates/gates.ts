import { type App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions.js';
import { ServerlessChecks } from 'cdk-nag/lib/packs/serverless.js';
import { type Acknowledgement, acknowledging } from './acknowledgement.ts';
import { acknowledgements, rdsAcknowledgements, validationAcknowledgements } from './acknowledgements.ts';
import { type Finding, withoutEnvironment } from './finding.ts';
import { platformPlugin } from './platform-plugin.ts';
import { reasons } from './reasons.ts';

/** The checks that gate: both packs and our own rules. */
const gatingChecks = (app: App): readonly IPolicyValidationPlugin[] => [
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  platformPlugin,
];

/**
 * Lets the synthesis of this app fail with every finding that nobody acknowledged, named in the error and in
 * validation-report.json. `seen` is told every finding, acknowledged or not.
 */
export function addGates(
  app: App,
  seen: (finding: Finding) => void = () => {},
  table: readonly Acknowledgement[] = [...acknowledgements, ...rdsAcknowledgements],
): void {
  const checks = gatingChecks(app).map((check) => acknowledging(check, table, reasonOf, seen));
  Validations.of(app).addPlugins(...checks);
  for (const { id, where, ...known } of validationAcknowledgements)
    for (const construct of app.node.findAll())
      if (where.includes(withoutEnvironment(construct.node.path)))
        Validations.of(construct).acknowledge({ id, reason: reasonOf({ id, where, ...known }) });
}

const reasonOf = ({ reason, owner }: Acknowledgement): string =>
  `${(reasons as Readonly<Record<string, string>>)[reason] ?? reason} (${owner})`;
