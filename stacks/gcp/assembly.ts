import { mkdirSync } from 'node:fs';
import { App } from 'cdktf';
import type { Environment, EnvironmentName } from '../environments.ts';
import { GcpAnalyticsStack } from './analytics.ts';
import type { AwsOutputs } from './aws-outputs.ts';
import { GcpNetworkStack } from './network.ts';
import type { Release } from './release.ts';

/** What the last stage needs of the others, and what the job is. */
export type LastStage = { readonly told: AwsOutputs; readonly release: Release };

/**
 * The networks of these rows, and the analytics of each for which the other stages have told something. `outdir`: where
 * `synth()` writes; without it `cdktf.out`.
 */
export function assembleGcp(
  rows: readonly Environment[],
  of: {
    readonly outdir?: string | undefined;
    readonly last: Partial<Readonly<Record<EnvironmentName, LastStage>>>;
  },
): App {
  // cdktf makes the folder at once, and none above it.
  if (of.outdir !== undefined) mkdirSync(of.outdir, { recursive: true });
  const app = new App({ stackTraces: false, ...(of.outdir === undefined ? {} : { outdir: of.outdir }) });
  for (const row of rows) {
    new GcpNetworkStack(app, row);
    const last = of.last[row.name];
    if (last) new GcpAnalyticsStack(app, row, last);
  }
  return app;
}
