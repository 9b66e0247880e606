import type { App } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { platform } from '../../services/platform/platform.ts';
import { brokenRules } from '../../services/platform/rules.ts';
import { tooManyConnections } from '../connection-budget.ts';
import type { Environment, EnvironmentName } from '../environments.ts';
import { awsApp } from './app.ts';
import { chosenRows, gcpOutputs } from './context.ts';
import type { Finding } from './gates/finding.ts';
import { addGates } from './gates/gates.ts';
import type { GcpNetworkOutputs } from './gcp-outputs.ts';
import { awsPlatform } from './platform.ts';

export type AssemblyOptions = {
  /** Where it is written; without it, into a temporary folder. */
  readonly outdir?: string | undefined;
  /** CDK's own look at the templates: 2.5 s of CPU, so in CI only. */
  readonly validated?: boolean;
  readonly context?: Record<string, unknown>;
  /** What the other cloud told, for rows of which the context names no file; a row that neither names has no way there. */
  readonly gcp?: Partial<Readonly<Record<EnvironmentName, GcpNetworkOutputs>>>;
  /** Told every finding of the gates, acknowledged or not. */
  readonly seen?: (finding: Finding) => void;
};

/** All stacks of these rows, through the gates. Throws with sentences when the vocabulary, a gate or a lookup stands against it. */
export function assembleAws(
  rows: readonly Environment[],
  options: AssemblyOptions = {},
): { readonly app: App; readonly assembly: CloudAssembly } {
  const app = awsApp(rows, options);
  const chosen = chosenRows(app, rows);
  const broken = [...brokenRules(platform), ...chosen.flatMap((row) => tooManyConnections(platform, row) ?? [])];
  if (broken.length > 0) throw new Error(broken.join('\n'));
  const told = gcpOutputs(app, chosen);
  for (const row of chosen)
    awsPlatform(app, row, { gcp: told?.environment === row.name ? told : options.gcp?.[row.name] });
  addGates(app, options.seen);
  const assembly = app.synth();
  const missing = (assembly.manifest.missing ?? []).map(
    ({ key }) => `Nobody told ${key}; synthesis must not ask an account.`,
  );
  if (missing.length > 0) throw new Error(missing.join('\n'));
  return { app, assembly };
}
