import { App } from 'aws-cdk-lib/core';
import type { Environment } from '../environments.ts';

/** How every synthesis behaves, whoever starts it: the CDK's command, `npm run synth` or a test. */
const behaviour = {
  // A value that another stack uses cannot vanish from under it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-eks:defaultToAL2023': true,
  // Buckets of logs need no access control lists then.
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  // What CDK's own look at the templates finds is an error, where it looks.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
} as const;

/**
 * An app for these rows. The zones of each are told beforehand, because the CDK otherwise asks the account for them although
 * the VPC names them. `outdir`: where the assembly goes; without it a temporary folder. `context`: more of it, for tests.
 * `validated`: whether the CDK also looks at the templates itself, which takes longer than all the rest.
 */
export const awsApp = (
  rows: readonly Environment[],
  {
    outdir,
    context = {},
    validated = false,
  }: {
    readonly outdir?: string | undefined;
    readonly context?: Record<string, unknown>;
    readonly validated?: boolean;
  } = {},
): App =>
  new App({
    ...(outdir === undefined ? {} : { outdir }),
    builtinCloudFormationValidation: validated,
    analyticsReporting: false,
    // Nothing here reads the tree of constructs.
    treeMetadata: false,
    context: {
      ...behaviour,
      ...Object.fromEntries(
        rows.map((row) => [`availability-zones:account=${row.account}:region=${row.region}`, row.availabilityZones]),
      ),
      ...context,
    },
  });
