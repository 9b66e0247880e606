import type { IPolicyValidationPlugin, PolicyViolatingResource } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type EnvironmentName, environments } from '../../environments.ts';
import { stackName } from '../../naming.ts';
import { type Finding, isBelow, withoutEnvironment } from './finding.ts';

/** Why a finding stays, and who answers for it. */
export type Acknowledgement<Reason extends string = string> = {
  /** As the check reports it, with `<environment>`, `<account>` and `<region>` for what differs between rows. */
  readonly id: string;
  /** Construct paths without the environment; everything below counts too. */
  readonly where: readonly string[];
  /** The only environment where it stays; without it, all. */
  readonly only?: EnvironmentName;
  readonly reason: Reason;
  readonly owner: string;
};

/** Whether the row is about this finding. */
export const acknowledges = (one: Acknowledgement, finding: Pick<Finding, 'id' | 'where'>): boolean =>
  one.id === withoutEnvironment(finding.id) &&
  (one.only === undefined || finding.where.startsWith(stackName(environments[one.only], ''))) &&
  one.where.some((place) => isBelow(withoutEnvironment(finding.where), place));

/** The places of the table that match no finding any more: they go, or the next finding there passes unseen. */
export const unusedAcknowledgements = (
  table: readonly Acknowledgement[],
  findings: readonly Finding[],
): readonly string[] =>
  table.flatMap((one) =>
    one.where
      .filter((place) => !findings.some((finding) => acknowledges({ ...one, where: [place] }, finding)))
      .map((place) => `${one.id} at ${place} is acknowledged but not found any more.`),
  );

/**
 * Runs a check within synthesis. What the table knows is acknowledged at its construct, so that CDK writes it with the
 * reason into validation-report.json; anything else, warnings too, fails the synthesis.
 */
export function acknowledging(
  check: IPolicyValidationPlugin,
  table: readonly Acknowledgement[],
  reasonOf: (one: Acknowledgement) => string,
  seen: (finding: Finding) => void = () => {},
): IPolicyValidationPlugin {
  return {
    name: check.name,
    validate(context) {
      const report = check.validate(context);
      for (const { ruleName, description, violatingResources } of report.violations) {
        for (const resource of violatingResources) {
          const construct = constructOf(context.appConstruct, resource);
          const finding = { id: ruleName, where: construct.node.path, says: description };
          seen(finding);
          const known = table.find((one) => acknowledges(one, finding));
          if (known)
            Validations.of(construct).acknowledge({ id: `${check.name}::${ruleName}`, reason: reasonOf(known) });
        }
      }
      return { ...report, violations: report.violations.map((violation) => ({ ...violation, severity: 'error' })) };
    },
  };
}

function constructOf(root: IConstruct, { constructPath }: PolicyViolatingResource): IConstruct {
  const found = (constructPath ?? '')
    .split('/')
    .reduce<IConstruct | undefined>((parent, id) => parent?.node.tryFindChild(id), root);
  if (found === undefined) throw new Error(`A check names ${constructPath}, which does not exist.`);
  return found;
}
