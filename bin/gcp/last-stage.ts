import type { Environment, EnvironmentName } from '../../stacks/environments.ts';
import type { LastStage } from '../../stacks/gcp/assembly.ts';
import { type HandoverPaths, readHandover } from '../../stacks/gcp/handover.ts';
import { releaseFor } from './release.ts';

const asked = {
  network: '--network-outputs=out/gcp-network.<environment>.json (or GCP_NETWORK_OUTPUTS), from the network stack',
  aws: '--aws-outputs=out/aws.<environment>.json (or AWS_OUTPUTS), from the stacks on AWS',
} as const;

/**
 * What the last stage of an environment needs, from the files of those before; with neither, nothing, and the sentence that says
 * so is told. Throws with a sentence when only one is given, or when one is not what it should be.
 */
export function lastStage(
  given: Partial<HandoverPaths>,
  rows: readonly Environment[],
  tell: (sentence: string) => void,
): Partial<Readonly<Record<EnvironmentName, LastStage>>> {
  const { network, aws } = given;
  if (network === undefined && aws === undefined) {
    tell(
      `gcp-analytics is left out: it needs ${asked.network}, and ${asked.aws}; docs/deploy-gcp.md has the commands.`,
    );
    return {};
  }
  if (network === undefined) throw new Error(`gcp-analytics needs ${asked.network}, too; docs/deploy-gcp.md, stage 1.`);
  if (aws === undefined) throw new Error(`gcp-analytics needs ${asked.aws}, too; docs/deploy-gcp.md, stages 2 and 3.`);
  const { row, told } = readHandover({ network, aws }, rows);
  return { [row.name]: { told, release: releaseFor(row, told.bootstrap) } };
}
