import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { committedSnapshots } from '../../bin/aws/snapshots.ts';
import { committedGcp } from '../../bin/gcp/snapshots.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { ruleGroups } from '../../charts/monitoring/rule-groups.ts';
import * as environments from '../../stacks/environments.ts';
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
/** A mail shows no page of a repository that it does not name. */
const pages = 'https://git\\.shop\\.example/cloud-ecommerce-platform/blob/main/docs/runbooks';
const runbookOf = ({ Properties }: AlarmResource): string =>
  new RegExp(`^Runbook: ${pages}/(.+)$`, 'm').exec(Properties.AlarmDescription)?.[1] ??
  `none of ${Properties.AlarmName}`;

const folder = join(repository, 'docs/runbooks');
const written = readdirSync(folder).filter((file) => file !== 'README.md');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** What the alerts of Prometheus name (tests/charts/monitoring/rules.unit.test.ts). */
const ofAlerts = ruleGroups(clusterRows.prod).flatMap(({ rules }) =>
  rules.flatMap((rule) => ('alert' in rule ? [rule.annotations.runbook_url.replace(/^.*\//, '')] : [])),
);

/** What the alerts of the other cloud link to (tests/gcp). */
const ofGoogle = Object.values(committedGcp()).flatMap((text) =>
  [...text.matchAll(new RegExp(`"url": "${pages}/(.+)"`, 'g'))].map(([, file = '']) => file),
);

test('every alarm of every stack has a runbook, and every runbook an alarm', () => {
  expect(alarms.length).toBeGreaterThan(40);
  const named = new Set([...alarms.map(runbookOf), ...ofAlerts, ...ofGoogle]);
  expect([...named].filter((file) => !written.includes(file))).toEqual([]);
  expect(written.filter((file) => !named.has(file))).toEqual([]);
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

test('alarms of AWS and alerts of the clusters lead into the repository that the clusters read', () => {
  for (const row of Object.values(clusterRows)) expect(row.repository).toEqual(environments.repository);
});
