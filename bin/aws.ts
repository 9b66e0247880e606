import { awsApp } from '../stacks/aws/app.ts';
import { awsPlatform } from '../stacks/aws/platform.ts';
import { environmentNames, environments } from '../stacks/environments.ts';

/** What `cdk synth`, `diff` and `deploy` run (cdk.json). `-c environment=prod` leaves the other rows out. */
const rows = environmentNames.map((name) => environments[name]);
const app = awsApp(rows, { outdir: process.env.CDK_OUTDIR });
const chosen: unknown = app.node.tryGetContext('environment');
const unknown = typeof chosen === 'string' && !environmentNames.some((name) => name === chosen);
if (unknown) {
  process.stderr.write(`No environment is called ${chosen}; there are ${environmentNames.join(' and ')}.\n`);
  process.exit(1);
}
for (const row of rows) if (chosen === undefined || chosen === row.name) awsPlatform(app, row);
app.synth();
