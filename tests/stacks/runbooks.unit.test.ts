import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { committedSnapshots } from '../../bin/aws/snapshots.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { ruleGroups } from '../../charts/monitoring/rule-groups.ts';
import { repository } from '../sources.ts';

type AlarmResource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<'AlarmName' | 'AlarmDescription', string>>;
};

/** Every alarm of every stack, from the committed templates, which are byte-checked elsewhere. */
const alarms = Object.values(committedSnapshots()).flatMap((text) => {
  const { Resources } = JSON.parse(text) as { readonly Resources: Readonly<Record<string, AlarmResource>> };
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
});
const runbookOf = ({ Properties }: AlarmResource): string =>
  /^Runbook: docs\/runbooks\/(.+)$/m.exec(Properties.AlarmDescription)?.[1] ?? `none of ${Properties.AlarmName}`;

const folder = join(repository, 'docs/runbooks');
const written = readdirSync(folder).filter((file) => file !== 'README.md');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** What the alerts of Prometheus name (tests/charts/monitoring/rules.unit.test.ts). */
const ofAlerts = ruleGroups(clusterRows.prod).flatMap(({ rules }) =>
  rules.flatMap((rule) => ('alert' in rule ? [rule.annotations.runbook_url.replace(/^.*\//, '')] : [])),
);

/** The way to the other cloud is synthesized only once that cloud has told its addresses. */
const notYetSynthesized = ['vpn.md'];

test('every alarm of every stack has a runbook, and every runbook an alarm', () => {
  expect(alarms.length).toBeGreaterThan(40);
  const named = new Set([...alarms.map(runbookOf), ...ofAlerts]);
  expect([...named].filter((file) => !written.includes(file))).toEqual([]);
  expect(written.filter((file) => !named.has(file))).toEqual(notYetSynthesized);
});

test.each(written)('%s says in order what it is, and what to do', (file) => {
  expect(text(file)).toMatch(/^# \S.*\n\n\S/);
  expect(text(file).length).toBeGreaterThan(400);
});

test.each([...written, 'README.md'])('%s links to runbooks that exist and names stacks that exist', (file) => {
  const links = [...text(file).matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, to = '']) => to);
  expect(links.filter((to) => !written.includes(to))).toEqual([]);
  const stacks = [...text(file).matchAll(/Ecommerce-(Dev|Prod)-([A-Z][a-z]+)/g)];
  const known = Object.keys(committedSnapshots());
  expect(
    stacks.filter(([, row = '', stack]) => !known.includes(`${row.toLowerCase()}/${stack}`)).map(([all]) => all),
  ).toEqual([]);
});
