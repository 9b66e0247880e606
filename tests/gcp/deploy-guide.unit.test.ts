import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environments } from '../../stacks/environments.ts';
import * as naming from '../../stacks/naming.ts';
import { repository } from '../sources.ts';
import { resources } from './blocks.ts';
import { stackOf } from './example.ts';

const row = environments.dev;
/** The guide as somebody with the first row reads it. */
const guide = readFileSync(join(repository, 'docs/deploy-gcp.md'), 'utf8')
  .replaceAll(/\$\{?E\}?/g, row.name)
  .replaceAll('$P', row.gcp.project)
  .replaceAll('$R', row.gcp.region)
  .replaceAll(/\$\{?N\}?/g, '0');
const made = ['network', 'analytics'].flatMap((part) =>
  resources(stackOf('dev', part as 'network' | 'analytics')).map(({ type, name, block }) => ({ type, name, block })),
);

test('names in the commands are names of what is made', () => {
  const results = naming.gcpBucketName(row, 'analytics-results');
  for (const name of [
    naming.gcpStackName(row, 'network'),
    naming.gcpStackName(row, 'analytics'),
    naming.stackName(row, 'Streaming'),
    naming.stackName(row, 'Interconnect'),
    naming.tunnelSecretName(row, 0),
    naming.gcpTunnelSecretName(row, 0),
    naming.flinkSecretName(row),
    naming.gcpFlinkSecretName(row),
    naming.gcpRouterName(row),
    `${naming.analyticsClusterName(row)}-m`,
    `gs://${row.gcp.stateBucket}`,
    `--bucket=${naming.gcpBucketName(row, 'artifacts')}`,
    `gs://${results}/orders_per_minute`,
    `projects/${row.gcp.project}/logs/${naming.analyticsJobName}`,
  ])
    expect(guide).toContain(name);
});

test('what a command aims at is made, and every variable that is set is asked for', () => {
  const targets = [...guide.matchAll(/-target=(\w+)\.([\w-]+)/g)].map(([, type, name]) => `${type}.${name}`);
  expect(targets).toEqual(['google_storage_bucket.bucket-artifacts']);
  expect(made.map(({ type, name }) => `${type}.${name}`)).toEqual(expect.arrayContaining(targets));
  const asked = Object.keys(stackOf('dev', 'analytics').variable as object).map((name) => `TF_VAR_${name}`);
  expect(asked).toHaveLength(4);
  expect(guide).toContain(`export ${asked[0]}=`);
});

test('nobody is asked to type a secret: values go from one program into the other', () => {
  expect(guide).toMatch(/get-secret-value [^\n]* \| tr -d '\\n' \| gcloud secrets versions add [^\n]* --data-file=-/);
  expect(guide).not.toMatch(/(password|key)=["']?[A-Za-z0-9]{8,}/i);
});
