import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { repository } from '../sources.ts';

type Workflow = { readonly jobs: { readonly build: { readonly steps: readonly { name?: string; run?: string }[] } } };
const { jobs }: Workflow = parse(readFileSync(join(repository, '.github/workflows/images.yml'), 'utf8'));
const script = jobs.build.steps.find(({ name }) => name?.startsWith('Build and push'))?.run ?? '';

const home = mkdtempSync(join(tmpdir(), 'build-script-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What stands in for the programs: each writes down how it was called, and a registry is a folder. A tag is pushed once. */
const programs: Readonly<Record<string, string>> = {
  aws: `case "$*" in
    *get-caller-identity*) echo 111111111111 ;;
    *get-login-password*) echo secret ;;
    *describe-images*) cat "$REGISTRY/pushed" 2>/dev/null || exit 254 ;;
  esac`,
  docker: `case "$*" in
    login*) cat > /dev/null ;;
    *push=true*)
      [ ! -e "$REGISTRY/pushed" ] || { echo 'the tag is immutable' >&2; exit 1; }
      printf 'sha256:%064d' 7 > "$REGISTRY/pushed"; printf 'sha256:%064d' 7 > metadata.json ;;
    *'--target bill'*) mkdir -p bill && echo '{}' > bill/sbom.cdx.json ;;
  esac`,
  jq: 'cat metadata.json',
  cosign: `case "$1" in
    sign) [ "$FAILS" != sign ] || exit 1; touch "$REGISTRY/signed" ;;
    attest) [ -s bill/sbom.cdx.json ] && touch "$REGISTRY/attested" ;;
    verify) [ -e "$REGISTRY/signed" ] ;;
    verify-attestation) [ -e "$REGISTRY/attested" ] ;;
  esac`,
};
const bin = join(home, 'bin');
mkdirSync(bin);
for (const [name, text] of Object.entries(programs)) {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/bash\necho "${name} $*" >> "$REGISTRY/calls"\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Runs the step with a registry, in a new folder as each job has one; answers what changed a registry, and the digest that is handed on. */
function run(registry: string, fails = '') {
  mkdirSync(registry, { recursive: true });
  writeFileSync(join(registry, 'calls'), '');
  const cwd = mkdtempSync(join(home, 'job-'));
  const { status, stderr } = spawnSync('bash', ['--norc', '-e', '-c', script], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      REGISTRY: registry,
      FAILS: fails,
      SERVICE: 'order-service',
      TAG: 'content-1',
      AWS_REGION: 'ap-south-1',
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_WORKFLOW_REF: 'owner/name/.github/workflows/images.yml@refs/heads/main',
    },
  });
  const calls = readFileSync(join(registry, 'calls'), 'utf8').split('\n');
  const digest = join(cwd, 'digests/order-service');
  return {
    status,
    stderr,
    changed: calls.flatMap((call) => /^cosign (sign|attest) |(push)=true/.exec(call)?.slice(1).find(Boolean) ?? []),
    calls,
    digest: existsSync(digest) ? readFileSync(digest, 'utf8') : undefined,
  };
}
const pushed = `sha256:${'7'.padStart(64, '0')}`;

test('an image that the registry has not is built by a builder of its own, pushed, signed and given its bill, once each', () => {
  const { status, stderr, changed, calls, digest } = run(join(home, 'new'));
  expect([status, stderr]).toEqual([0, '']);
  expect(changed).toEqual(['push', 'sign', 'attest']);
  expect(calls.findIndex((call) => call.includes('buildx create'))).toBeLessThan(
    calls.findIndex((call) => call.includes('buildx build')),
  );
  expect(calls.find((call) => call.startsWith('cosign sign'))).toContain(`/ecommerce/order-service@${pushed}`);
  expect(calls.find((call) => call.startsWith('cosign verify '))).toContain(
    '--certificate-identity https://github.test/owner/name/.github/workflows/images.yml@refs/heads/main',
  );
  expect(digest).toBe(pushed);
});

test('the same image again changes nothing and hands on the same digest', () => {
  const registry = join(home, 'again');
  run(registry);
  expect(run(registry)).toMatchObject({ status: 0, changed: [], digest: pushed });
});

test('a run that broke off after the push is signed by the next, without another push', () => {
  const registry = join(home, 'broken');
  const broken = run(registry, 'sign');
  expect(broken.status).not.toBe(0);
  expect(broken).toMatchObject({ changed: ['push', 'sign'], digest: undefined });
  expect(run(registry)).toMatchObject({ status: 0, changed: ['sign', 'attest'], digest: pushed });
});
