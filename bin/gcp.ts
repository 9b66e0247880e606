import { environmentNames, environments } from '../stacks/environments.ts';
import { assembleGcp } from '../stacks/gcp/assembly.ts';
import { keepQuiet } from './gcp/deprecation.ts';
import { lastStage } from './gcp/last-stage.ts';

/**
 * What `cdktf synth`, `diff` and `deploy` run (cdktf.json); without that command it writes cdktf.out/stacks/<stack>/cdk.tf.json, which
 * Terraform and OpenTofu read as it is. The analytics of an environment are among them once its other stages told their outputs:
 * `--network-outputs=<path> --aws-outputs=<path>`, or GCP_NETWORK_OUTPUTS and AWS_OUTPUTS, since that command hands on no arguments.
 */
const option = (name: string, variable: string): string | undefined =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? process.env[variable];
const optional = <Key extends string>(key: Key, value: string | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
keepQuiet();
try {
  const rows = environmentNames.map((name) => environments[name]);
  const given = {
    ...optional('network', option('network-outputs', 'GCP_NETWORK_OUTPUTS')),
    ...optional('aws', option('aws-outputs', 'AWS_OUTPUTS')),
  };
  const last = lastStage(given, rows, (sentence) => console.error(sentence));
  assembleGcp(rows, { last }).synth();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
