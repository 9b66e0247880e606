import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environments } from '../../stacks/environments.ts';
import { repository } from '../sources.ts';
import { awsOutputs, networkOutputs } from './invented-outputs.ts';

/** bin/gcp.ts as the command of cdktf.json runs it: its folder by CDKTF_OUTDIR, everything else by the environment. */
const folder = mkdtempSync(join(tmpdir(), 'cdktf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const network = join(folder, 'gcp-network.dev.json');
const aws = join(folder, 'aws.dev.json');
writeFileSync(network, networkOutputs('dev'));
writeFileSync(aws, awsOutputs(environments.dev));
const { app, output } = JSON.parse(readFileSync(join(repository, 'cdktf.json'), 'utf8')) as Record<string, string>;

function run(name: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const outdir = join(folder, name);
  const [, script = ''] = app?.split(' ') ?? [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', CDKTF_OUTDIR: outdir, ...variables },
  });
  const stacks = existsSync(join(outdir, 'stacks')) ? readdirSync(join(outdir, 'stacks')).toSorted() : [];
  return { status, stdout, stderr: stderr.replace(/^\(.*\n/gm, ''), stacks, outdir };
}

test('the command of cdktf finds the app and where it writes', () => {
  expect([app, output]).toEqual(['node_modules/.bin/node bin/gcp.ts', 'cdktf.out']);
});

test('without outputs it writes the networks, and says what the analytics need', () => {
  const { status, stderr, stacks } = run('bare', []);
  expect([status, stacks]).toEqual([0, ['gcp-network-dev', 'gcp-network-prod']]);
  expect(stderr).toMatch(/^gcp-analytics is left out: it needs [^\n]+\n$/);
});

test.each([
  ['arguments', [`--network-outputs=${network}`, `--aws-outputs=${aws}`], {}],
  ['the environment', [], { GCP_NETWORK_OUTPUTS: network, AWS_OUTPUTS: aws }],
] as const)('with the outputs by %s it writes the analytics of their environment too', (name, args, variables) => {
  const { status, stderr, stacks, outdir } = run(name, args, variables);
  expect([status, stderr, stacks]).toEqual([0, '', ['gcp-analytics-dev', 'gcp-network-dev', 'gcp-network-prod']]);
  const text = readFileSync(join(outdir, 'stacks/gcp-analytics-dev/cdk.tf.json'), 'utf8');
  expect(text).toContain('13.200.0.12');
  expect(text).not.toMatch(/203\.0\.113\./);
});

test('with a file that is missing it writes nothing, says what to run, and fails', () => {
  const { status, stderr, stacks } = run('missing', [`--network-outputs=${network}`, '--aws-outputs=out/none.json']);
  expect([status, stacks]).toEqual([1, []]);
  expect(stderr).toMatch(/^out\/none\.json cannot be read\. Deploy the way from AWS first: npx cdk deploy [^\n]+\n$/);
});
