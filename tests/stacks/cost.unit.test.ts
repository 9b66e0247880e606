import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { costTable } from '../../bin/aws/cost-table.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import type { Resource, Template } from '../../stacks/aws/gates/template.ts';
import { awsPlatform } from '../../stacks/aws/platform.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { stackName } from '../../stacks/naming.ts';
import { estimate } from '../../stacks/prices/estimate.ts';
import { free } from '../../stacks/prices/free.ts';
import { meters } from '../../stacks/prices/meters.ts';
import { priceList } from '../../stacks/prices/price-list.ts';
import { usages } from '../../stacks/prices/usage.ts';
import { repository } from '../sources.ts';

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
    expect(priceList.sources, name).toHaveProperty([price.source]);
    expect(price.read, name).toMatch(/^(memory|\d{4}-\d{2}(-\d{2})?)$/);
    expect(price.source === 'memory', name).toBe(price.read === 'memory');
  }
  expect(priceList.recorded).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(Object.keys(free).filter((type) => type in meters)).toEqual([]);
});

test('how much hangs on prices that nobody has looked up is told, to the dollar', () => {
  const { prices } = priceList;
  const templates = nats(1);
  const known = estimate({ ...options, templates });
  expect(known.rememberedUsd).toBe(0);
  const guess = {
    ...prices,
    'nat-gateway': { ...prices['nat-gateway'], usd: 1, per: 'hour', page: '', source: 'memory', read: 'memory' },
  };
  const guessed = estimate({ ...options, templates, prices: { ...priceList, prices: guess } });
  expect(guessed.rememberedUsd).toBe(730);
  expect(costTable(guessed)).toMatch(/at prices from memory +730\.00 {2}\(100 %\)/);
});

const app = awsApp(rows, { context: { 'aws:cdk:bundling-stacks': [] } });
for (const row of rows) awsPlatform(app, row, { gcp: exampleGcp[row.name] });
const assembly = app.synth();
const estimates = rows.map((row) => {
  const prefix = stackName(row, '');
  const templates = Object.fromEntries(
    assembly.stacks
      .filter((stack) => stack.stackName.startsWith(prefix))
      .map((stack) => [stack.stackName.slice(prefix.length), stack.template as Template]),
  );
  return { templates, ...estimate({ row, usage: usages[row.name], templates, prices: priceList }) };
});

test.each(estimates)('$environment has a price for everything, and keeps to its budget', (result) => {
  expect(result.problems).toEqual([]);
  expect(result.lines.length).toBeGreaterThan(5);
  expect(costTable(result)).toContain('together');
});

test('the table of docs/deploy-aws.md has every stack once, and these figures', () => {
  const text = readFileSync(join(repository, 'docs/deploy-aws.md'), 'utf8');
  const cells = [...text.matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)].map(([, ...row]) =>
    row.map((cell) => cell.replaceAll('**', '')),
  );
  const dollars = (stacks: readonly string[]) =>
    estimates.map(({ lines }) => {
      const own = lines.filter(({ stack }) => stacks.includes(stack));
      return own.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0).toFixed(0);
    });
  const [title, ...groups] = cells;
  expect(title).toEqual(['Group', 'dev, US dollars a month', 'prod']);
  const all = [...new Set(estimates.flatMap(({ templates }) => Object.keys(templates)))];
  const written = groups.flatMap(([group = '']) => (group === 'together' ? [] : group.split(', ')));
  expect(written.toSorted()).toEqual(all.toSorted());
  expect(groups).toEqual(
    groups.map(([group = '']) => [group, ...dollars(group === 'together' ? all : group.split(', '))]),
  );
  expect(groups.at(-1)?.[0]).toBe('together');
});
