import { awsApp } from '../stacks/aws/app.ts';
import { exampleGcp } from '../stacks/aws/example-gcp.ts';
import type { Template } from '../stacks/aws/gates/template.ts';
import { awsPlatform } from '../stacks/aws/platform.ts';
import { environmentNames, environments } from '../stacks/environments.ts';
import { stackName } from '../stacks/naming.ts';
import { estimate } from '../stacks/prices/estimate.ts';
import { priceList } from '../stacks/prices/price-list.ts';
import { usages } from '../stacks/prices/usage.ts';
import { costTable } from './aws/cost-table.ts';

/** `npm run cost`: what each environment would cost in a month; fails when a price is missing or a budget is passed. */
const rows = environmentNames.map((name) => environments[name]);
const app = awsApp(rows, { context: { 'aws:cdk:bundling-stacks': [] } });
for (const row of rows) awsPlatform(app, row, { gcp: exampleGcp[row.name] });
const assembly = app.synth();
for (const row of rows) {
  const templates = Object.fromEntries(
    assembly.stacks
      .filter((stack) => stack.stackName.startsWith(stackName(row, '')))
      .map((stack) => [stack.stackName.slice(stackName(row, '').length), stack.template as Template]),
  );
  const result = estimate({ row, usage: usages[row.name], templates, prices: priceList });
  console.log(costTable(result));
  for (const problem of result.problems) console.error(problem);
  if (result.problems.length > 0) process.exitCode = 1;
}
console.log(`Prices of ${priceList.region}, recorded ${priceList.recorded}. ${priceList.standing}`);
console.log('Assumptions: stacks/prices/usage.ts. Support, taxes and what runs in the other cloud are not in it.');
