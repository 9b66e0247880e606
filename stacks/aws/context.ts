import type { App } from 'aws-cdk-lib/core';
import type { Environment } from '../environments.ts';
import { type GcpNetworkOutputs, readGcpOutputs } from './gcp-outputs.ts';

/** The rows that `-c environment=prod` leaves; all without it. Throws with a sentence for an environment that does not exist. */
export function chosenRows(app: App, rows: readonly Environment[]): readonly Environment[] {
  const name: unknown = app.node.tryGetContext('environment');
  const chosen = rows.filter((row) => name === undefined || row.name === name);
  if (chosen.length === 0)
    throw new Error(`No environment is called ${name}; there are ${rows.map((row) => row.name).join(' and ')}.`);
  return chosen;
}

/**
 * What the other cloud's network told after its own deploy, from the file of `-c gcp-outputs=<path>`; none without it, and then
 * there is no interconnect. Throws with a sentence when the file is something else or of an environment that is not chosen.
 */
export function gcpOutputs(app: App, rows: readonly Environment[]): GcpNetworkOutputs | undefined {
  const path: unknown = app.node.tryGetContext('gcp-outputs');
  if (typeof path !== 'string') return undefined;
  const outputs = readGcpOutputs(path);
  if (!rows.some((row) => row.name === outputs.environment))
    throw new Error(`${path} is of the environment ${outputs.environment}, which is not among those to be made.`);
  return outputs;
}
