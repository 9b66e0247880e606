import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { committedSnapshots } from '../../bin/aws/snapshots.ts';
import { repository } from '../sources.ts';

const home = mkdtempSync(join(tmpdir(), 'cdk-command-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The CDK's own command as it is installed, without credentials, an account or the network. */
function cdk(...args: readonly string[]): string {
  const command = join(repository, 'node_modules/aws-cdk/bin/cdk');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: repository,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
  });
  if (status !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

test('the command is the second major version that reads these assemblies, and is pinned: 3.0.0 was published by accident', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  expect(devDependencies['aws-cdk']).toMatch(/^2\.\d+\.\d+$/);
  expect(cdk('--version')).toMatch(new RegExp(`^${devDependencies['aws-cdk'].replaceAll('.', '\\.')} `));
}, 60_000);

test('cdk.json leads it to the stacks of an environment, without an account', () => {
  const listed = cdk('list', '--no-notices', '-o', join(home, 'out'), '-c', 'environment=dev').trim().split('\n');
  const known = Object.keys(committedSnapshots()).filter((place) => place.startsWith('dev/'));
  // The way to the other cloud is there once that cloud told its addresses.
  const expected = known.filter((place) => place !== 'dev/Interconnect');
  expect(listed.toSorted()).toEqual(expected.map((place) => place.replace('dev/', 'Ecommerce-Dev-')).toSorted());
}, 60_000);
