import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleStacks } from '../../bin/gcp/examples.ts';
import { releaseFor } from '../../bin/gcp/release.ts';
import { environments } from '../../stacks/environments.ts';
import { exampleOutputs } from '../../stacks/gcp/example-outputs.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { at, resources, spoiled } from './blocks.ts';
import { skeletonOf } from './skeleton.ts';

/**
 * `npm run test:opentofu`: what OpenTofu says of every stack, as far as it can without Google's provider, which cannot be had
 * without its registry. It reads the stack as it is, up to the provider; and validates its skeleton, so that a reference to
 * something that does not exist, or a circle, is found. TOFU names the program; otherwise it is looked for on PATH, and where there
 * is none, this says so and exits 2.
 */
const tofu = process.env.TOFU ?? 'tofu';
const folder = mkdtempSync(join(tmpdir(), 'opentofu-'));

function ask(name: string, stack: Json, args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'cdk.tf.json'), JSON.stringify(stack));
  const { status, stdout, stderr } = spawnSync(tofu, [`-chdir=${at}`, ...args, '-no-color'], {
    encoding: 'utf8',
    // No registry is asked: it would only be waited for.
    env: { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'no-registry.tfrc'), CHECKPOINT_DISABLE: '1' },
  });
  return { ok: status === 0, said: `${stdout}${stderr}` };
}

const short = (said: string): string =>
  said
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .slice(0, 200);
const init = ['init', '-backend=false', '-input=false'];
/** The network would wait for its own subnet. */
const circular = `\${${'google_compute_subnetwork.subnet.id'}}`;
/** The sentence of a fault, or nothing. */
function faultOf(name: string, stack: Json): string | undefined {
  const ready = ask(name, stack, init);
  if (!ready.ok) return short(ready.said);
  const valid = ask(name, stack, ['validate']);
  return valid.ok ? undefined : short(valid.said);
}

const version = spawnSync(tofu, ['version'], { encoding: 'utf8' });
try {
  if (version.status !== 0) {
    console.error(
      'OpenTofu is no part of this repository, and there is none here: docs/deploy-gcp.md tells how Go builds it.',
    );
    process.exitCode = 2;
  } else {
    writeFileSync(
      join(folder, 'no-registry.tfrc'),
      `provider_installation {\n  filesystem_mirror {\n    path = "${join(folder, 'mirror')}"\n  }\n}\n`,
    );
    mkdirSync(join(folder, 'mirror'));
    console.log(/OpenTofu v\S+/.exec(version.stdout)?.[0] ?? 'OpenTofu');
    for (const [name, stack] of Object.entries(exampleStacks())) {
      const whole = ask(name, stack, init);
      const read = /provider/i.test(whole.said) && /registry\.opentofu\.org\/hashicorp\/google/.test(whole.said);
      const fault = faultOf(`${name}-skeleton`, skeletonOf(stack));
      console.log(
        `${name}: ${read ? 'read, up to the provider' : whole.said}; ${fault ?? `${resources(stack).length} resources, every reference leads somewhere`}`,
      );
      if (!read || fault) process.exitCode = 1;
    }
    // What is uploaded is what was written: a shell's variables look like Terraform's references.
    const objects = resources(exampleStacks()['gcp-analytics-dev'] ?? {}, 'google_storage_bucket_object');
    const texts = Object.fromEntries(objects.map(({ name, block }) => [name, { value: block.content }]));
    ask('texts', { output: texts }, ['apply', '-auto-approve', '-input=false']);
    const told = JSON.parse(ask('texts', { output: texts }, ['output', '-json']).said.replaceAll('\n', '')) as Json;
    const release = releaseFor(environments.dev, exampleOutputs(environments.dev).bootstrap);
    const wrong = release.files.filter(
      ({ name, text }) => at(told, `release-${name.replaceAll('.', '')}.value`) !== text,
    );
    console.log(
      `${release.files.length - wrong.length} of ${release.files.length} texts of the release arrive as they were written`,
    );
    if (wrong.length > 0 || at(told, 'initialize.value') !== release.initialize.text) process.exitCode = 1;
    const network = exampleStacks()['gcp-network-dev'] ?? {};
    const planted: readonly (readonly [what: string, path: string, value: unknown, words: RegExp])[] = [
      ['a network that is gone', 'resource.google_compute_network', undefined, /Reference to undeclared resource/],
      ['a circle', 'resource.google_compute_network.network.description', circular, /Cycle/],
    ];
    for (const [what, path, value, words] of planted) {
      const fault = faultOf(`planted-${what.replaceAll(' ', '-')}`, skeletonOf(spoiled(network, path, value)));
      console.log(`planted, ${what}: ${fault?.slice(0, 90) ?? 'not found'}`);
      if (!words.test(fault ?? '')) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
