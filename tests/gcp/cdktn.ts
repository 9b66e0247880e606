import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../../stacks/environments.ts';
import { repository } from '../sources.ts';
import { awsOutputs, networkOutputs } from './invented-outputs.ts';

/**
 * `npm run test:cdktn`: cdktf is archived, and cdktn goes on with it. Installs that under the other's name in a temporary folder
 * (needs the npm registry), synthesizes every stack with both, and fails when more differs than the line of the version.
 */
const version = '0.24.0';
const folder = mkdtempSync(join(tmpdir(), 'cdktn-'));

function synthesizedWith(name: string, hooks: readonly string[]): Readonly<Record<string, string>> {
  const outdir = join(folder, name);
  const [network, aws] = [join(folder, 'network.json'), join(folder, 'aws.json')];
  writeFileSync(network, networkOutputs('prod'));
  writeFileSync(aws, awsOutputs(environments.prod));
  const args = [...hooks.flatMap((hook) => ['--import', hook]), 'bin/gcp.ts'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, CDKTF_OUTDIR: outdir, CDKTN_FOLDER: folder, GCP_NETWORK_OUTPUTS: network, AWS_OUTPUTS: aws },
  });
  if (status !== 0) throw new Error(`Synthesis ${name} failed: ${stderr}`);
  const stacks = readdirSync(join(outdir, 'stacks')).toSorted();
  return Object.fromEntries(
    stacks.map((stack) => [stack, readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')]),
  );
}

/** Lines that one text has and the other has not, in their order. */
function differences(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (old.length !== now.length) return [`${old.length} lines became ${now.length}`];
  return old.flatMap((line, nth) => (line === now[nth] ? [] : [`${line.trim()} → ${now[nth]?.trim()}`]));
}

try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = [
    'install',
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
    `cdktf@npm:cdktn@${version}`,
    'constructs@10.7',
  ];
  const { status, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not install cdktn ${version}: ${stderr}`);
  const before = synthesizedWith('cdktf', []);
  const after = synthesizedWith('cdktn', [join(import.meta.dirname, 'cdktn-hooks.mjs')]);
  const expected = [`"version": "0.21.0" → "version": "${version}"`];
  let failed = Object.keys(before).join() !== Object.keys(after).join();
  for (const [stack, text] of Object.entries(before)) {
    const told = differences(text, after[stack] ?? '');
    failed ||= told.join('\n') !== expected.join('\n');
    console.log(`${stack}: ${told.join('; ') || 'no line differs: the other package was not used'}`);
  }
  console.log(
    failed ? 'cdktn does not give what cdktf gives.' : `cdktn ${version} gives the same, but for its version.`,
  );
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
