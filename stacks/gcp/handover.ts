import type { Environment } from '../environments.ts';
import { handoverFile, jsonIn } from '../handover-file.ts';
import { type AwsOutputs, awsOutputsCommand, parseAwsOutputs } from './aws-outputs.ts';

/** The files that the stages before the last one leave behind. */
export type HandoverPaths = { readonly network: string; readonly aws: string };

const networkCommand = (path: string): string => `terraform output -json > ${path}`;

/** Which environment a file of `terraform output -json` is of. Throws with a sentence when it is of no network stack. */
export function environmentIn(text: string, path: string): string {
  const outputs = jsonIn(text, path, networkCommand(path));
  const environment = (outputs as Record<string, { value?: unknown } | undefined> | null)?.environment?.value;
  if (typeof environment !== 'string' || environment === '')
    throw new Error(
      `${path} has no output "environment"; in the folder of the network stack: ${networkCommand(path)}.`,
    );
  return environment;
}

/**
 * The environment among `rows` that the stages before were deployed for, and what AWS told for it. Throws with a sentence that
 * says what to run when a file is missing or malformed, and when both are of different environments.
 */
export function readHandover(
  { network, aws }: HandoverPaths,
  rows: readonly Environment[],
): { readonly row: Environment; readonly told: AwsOutputs } {
  const text = handoverFile(network, `Deploy the network first, then in its folder: ${networkCommand(network)}`);
  const environment = environmentIn(text, network);
  const row = rows.find(({ name }) => name === environment);
  if (!row) throw new Error(`${network} is of the environment ${environment}, which is not among those to be made.`);
  const answer = handoverFile(aws, `Deploy the way from AWS first: ${awsOutputsCommand(row, aws)}`);
  return { row, told: parseAwsOutputs(answer, aws, row) };
}
