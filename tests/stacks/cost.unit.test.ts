import { expect, test } from 'vitest';
import { costTable } from '../../bin/aws/cost-table.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import type { Resource, Template } from '../../stacks/aws/gates/template.ts';
import { awsPlatform } from '../../stacks/aws/platform.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { stackName } from '../../stacks/naming.ts';
import { estimate } from '../../stacks/prices/estimate.ts';
import { free } from '../../stacks/prices/free.ts';
import { meters } from '../../stacks/prices/meters.ts';
import { priceList } from '../../stacks/prices/price-list.ts';
import { usages } from '../../stacks/prices/usage.ts';

const rows = environmentNames.map((name) => environments[name]);
const of = (resources: Readonly<Record<string, Resource>>): Readonly<Record<string, Template>> => ({
  Network: { Resources: resources },
});
const nats = (count: number) =>
  of(Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${index}`, { Type: 'AWS::EC2::NatGateway' }])));
const options = { row: environments.dev, usage: usages.dev, prices: priceList };

test('a type that nobody has priced is named, and where it is', () => {
  const templates = of({
    A: { Type: 'AWS::Neptune::DBCluster' },
    B: { Type: 'AWS::IAM::Role' },
    C: { Type: 'toString' },
  });
  expect(estimate({ ...options, templates }).problems).toEqual([
    'AWS::Neptune::DBCluster (in Network) has no price and is not known to be free.',
    'toString (in Network) has no price and is not known to be free.',
  ]);
});

test('a price that is missing from the list is named, with the type that needs it', () => {
  const { 'nat-gateway': _, ...others } = priceList.prices;
  const { problems } = estimate({ ...options, templates: nats(1), prices: { ...priceList, prices: others } });
  expect(problems).toEqual([
    'AWS::EC2::NatGateway (in Network) needs the price "nat-gateway", which the list does not have.',
  ]);
  const other = of({
    K: {
      Type: 'AWS::MSK::Cluster',
      Properties: { NumberOfBrokerNodes: 3, BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.16xlarge' } },
    },
  });
  expect(estimate({ ...options, templates: other }).problems.join()).toContain('"msk:kafka.m7g.16xlarge"');
});

test('a budget that is passed is a problem, and one that is met is none', () => {
  const { monthlyUsd } = estimate({ ...options, templates: nats(3) });
  expect(monthlyUsd).toBeGreaterThan(100);
  const problemsAt = (monthlyBudgetUsd: number) =>
    estimate({ ...options, row: { ...environments.dev, monthlyBudgetUsd }, templates: nats(3) }).problems;
  expect(problemsAt(monthlyUsd)).toEqual([]);
  expect(problemsAt(monthlyUsd - 1).join()).toContain('above its budget');
});

test('prices of another region are not used silently', () => {
  const row = { ...environments.dev, region: 'eu-west-1' };
  expect(estimate({ ...options, row, templates: {} }).problems).toEqual([
    'dev is in eu-west-1, and the prices are those of ap-south-1.',
  ]);
});

test('what is assumed for an environment is shared by its resources, what each needs is not', () => {
  const one = estimate({ ...options, templates: nats(1) }).monthlyUsd;
  const three = estimate({ ...options, templates: nats(3) }).monthlyUsd;
  expect(three - one).toBeCloseTo(2 * 730 * (priceList.prices['nat-gateway']?.usd ?? 0), 6);
});

test('every price names its page and its unit, and every type is either metered or free', () => {
  for (const [name, price] of Object.entries(priceList.prices)) {
    expect(price.usd, name).toBeGreaterThan(0);
    expect(price.page, name).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/pricing\//);
    expect(price.per, name).not.toBe('');
  }
  expect(priceList.recorded).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(Object.keys(free).filter((type) => type in meters)).toEqual([]);
});

test('every environment that is described has a price for everything, and keeps to its budget', () => {
  const app = awsApp(rows, { context: { 'aws:cdk:bundling-stacks': [] } });
  for (const row of rows) awsPlatform(app, row);
  const assembly = app.synth();
  for (const row of rows) {
    const templates = Object.fromEntries(
      assembly.stacks
        .filter((stack) => stack.stackName.startsWith(stackName(row, '')))
        .map((stack) => [stack.stackName, stack.template as Template]),
    );
    const result = estimate({ row, usage: usages[row.name], templates, prices: priceList });
    expect(result.problems).toEqual([]);
    expect(result.lines.length).toBeGreaterThan(5);
    expect(costTable(result)).toContain(`together`);
  }
}, 60_000);
