import { assembleAws } from '../stacks/aws/assembly.ts';
import { environmentNames, environments } from '../stacks/environments.ts';

/**
 * What `cdk synth`, `diff` and `deploy` run (cdk.json), through the same gates as everything else. `-c environment=prod` leaves
 * the other rows out; `-c gcp-outputs=<path>` adds the way to the other cloud.
 */
try {
  assembleAws(
    environmentNames.map((name) => environments[name]),
    { outdir: process.env.CDK_OUTDIR },
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
