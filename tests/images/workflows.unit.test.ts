import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { serviceNames } from '../../services/platform/names.ts';
import { importsOf, repository, sourcesBelow } from '../sources.ts';

type Step = { readonly uses?: string; readonly run?: string };
type Job = {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly 'runs-on': string;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
};
type Workflow = { readonly on: unknown; readonly permissions?: unknown; readonly jobs: Readonly<Record<string, Job>> };

const folder = join(import.meta.dirname, '../../.github/workflows');
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { scripts: object }).scripts,
);

/** What is wrong with a workflow, one sentence each. */
function faults(text: string): readonly string[] {
  const { on, permissions, jobs }: Workflow = parse(text);
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return [
    ...steps.flatMap(({ uses }) =>
      uses === undefined || /^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(uses) ? [] : [`${uses} is not pinned by commit.`],
    ),
    ...text
      .split('\n')
      .filter((line) => line.includes('uses:') && !/# v\d+\.\d+\.\d+$/.test(line))
      .map((line) => `"${line.trim()}" does not say which version the commit is.`),
    ...(JSON.stringify(permissions) === '{}' ? [] : ['The workflow has permissions before any job asked for them.']),
    ...Object.entries(jobs).flatMap(([name, job]) => [
      ...(job.permissions ? [] : [`${name} does not say what it may.`]),
      ...(job['timeout-minutes'] ? [] : [`${name} may run for ever.`]),
      ...(/-latest$/.test(job['runs-on']) ? [`${name} runs on whatever is latest.`] : []),
    ]),
    ...(JSON.stringify(on).includes('pull_request_target')
      ? ['A stranger’s pull request would run with our rights.']
      : []),
    // What somebody else may name, a branch or a title, must come by the environment: in a script it would be code.
    ...steps.flatMap(({ run }) =>
      run && /\$\{\{\s*(github\.(event|head_ref)|inputs|matrix|steps|needs)/.test(run)
        ? ['A script has a value of others in its text.']
        : [],
    ),
    ...steps.flatMap(({ run }) =>
      [...(run ?? '').matchAll(/npm run (?:--\S+ )*([\w:-]+)/g)].flatMap(([, name = '']) =>
        scripts.includes(name) ? [] : [`There is no script ${name}.`],
      ),
    ),
  ];
}

const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

test.each(files)('%s: actions by commit, least rights, an end, and no value of strangers in a script', (file) => {
  expect(faults(textOf(file))).toEqual([]);
});

test('only what proposes images may write to the repository, and only what builds them may become somebody at AWS', () => {
  const rights = files.flatMap((file) =>
    Object.entries((parse(textOf(file)) as Workflow).jobs).flatMap(([job, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([of, right]) => (right === 'write' ? [`${job}: ${of}`] : [])),
    ),
  );
  expect(rights.toSorted()).toEqual([
    'build: id-token',
    'comment: pull-requests',
    'propose: contents',
    'propose: pull-requests',
  ]);
});

test('an image is built of every service', () => {
  const { jobs } = parse(textOf('images.yml')) as Workflow;
  expect(jobs.build?.strategy?.matrix.service).toEqual(serviceNames);
});

/** What would keep images from being built, signed or proposed, or would do it more than once: one sentence each. */
function imageFaults(text: string): readonly string[] {
  const { jobs } = parse(text) as Workflow;
  const scriptOf = (job: string) =>
    jobs[job]?.steps.map(({ uses = '', run = '' }) => `${uses}\n${run}`).join('\n') ?? '';
  const [build, propose] = [scriptOf('build'), scriptOf('propose')];
  const before = (one: string, other: string) => build.includes(one) && build.indexOf(one) < build.indexOf(other);
  const guarded = (check: RegExp, does: string) =>
    build.split(/\bif ! /).some((part) => check.test(part) && part.split('\nfi')[0]?.includes(does)) &&
    build.split(does).length === 2;
  const needs: readonly (readonly [boolean, string])[] = [
    [before('docker buildx create --use', 'docker buildx build'), 'The default builder attests no provenance.'],
    [before('npm run bundle', 'configure-aws-credentials'), 'Scripts of packages would run as somebody at AWS.'],
    [
      before('image-tag.ts', 'docker buildx build') && build.includes('--tag "$repository:$TAG"'),
      'The tag does not say what is in the image.',
    ],
    [
      guarded(/^digest="\$\(aws ecr describe-images/, 'push=true'),
      'What the registry has would be pushed again, to a tag that never moves.',
    ],
    [guarded(/^cosign verify /, 'cosign sign '), 'An image would be signed each time.'],
    [guarded(/^cosign verify-attestation /, 'cosign attest '), 'A bill would be attached each time.'],
    [
      !propose.includes('gh run download') || jobs.propose?.permissions?.actions === 'read',
      'The digests cannot be read.',
    ],
    [/if git diff --quiet/.test(propose), 'A proposal would be made of nothing.'],
  ];
  return needs.flatMap(([met, sentence]) => (met ? [] : [sentence]));
}

test('an image is built, signed and proposed once, by whoever may, whatever is repeated', () => {
  expect(imageFaults(textOf('images.yml'))).toEqual([]);
});

describe('of the workflow of images is refused', () => {
  const images = textOf('images.yml');
  test.each([
    ['no builder of its own', images.replace('docker buildx create', 'docker buildx inspect'), /no provenance/],
    ['a push whatever the registry has', images.replace(/if ! digest=/, 'digest='), /pushed again/],
    [
      'a tag of the commit',
      images.replaceAll('$repository:$TAG', '$repository:$GITHUB_SHA'),
      /does not say what is in/,
    ],
    ['a signature each time', images.replace('if ! cosign verify "', 'if cosign verify "'), /signed each time/],
    ['a bill each time', images.replace('if ! cosign verify-att', 'if cosign verify-att'), /attached each time/],
    ['no right to read artifacts', images.replace('      actions: read\n', ''), /cannot be read/],
    ['a proposal of nothing', images.replace('if git diff --quiet', 'if false'), /of nothing/],
  ])('%s', (_, text, sentence) => {
    expect(text).not.toBe(images);
    expect(imageFaults(text).join('\n')).toMatch(sentence);
  });
});

test('a pull request is told its differences whenever it touches what they are made of', () => {
  const { on } = parse(textOf('pull-request.yml')) as { on: { pull_request: { paths: string[] } } };
  const folders = ['analytics', 'bin', 'charts', 'services', 'stacks'];
  expect(on.pull_request.paths).toEqual(
    expect.arrayContaining([...folders.map((folder) => `${folder}/**`), 'package.json', 'package-lock.json']),
  );
  // Whatever stacks, charts and the command itself import is below one of them.
  const imported = sourcesBelow(repository)
    .filter(({ path }) => /^(stacks|charts|bin)\//.test(path))
    .flatMap((source) =>
      importsOf(source)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(source.path), specifier).split('/')[0] ?? ''),
    );
  expect([...new Set(imported)].filter((folder) => !folders.includes(folder))).toEqual([]);
});

describe('is refused:', () => {
  const ci = textOf('ci.yml');
  test.each([
    ['a tag', ci.replace(/checkout@\w+/, 'checkout@v5'), /checkout@v5 is not pinned/],
    ['a commit without its version', ci.replace(' # v5.0.0', ''), /does not say which version/],
    ['rights for everything', ci.replace('permissions: {}', 'permissions: write-all'), /before any job/],
    ['a job without rights', ci.replace(/ {4}permissions:\n {6}contents: read\n/, ''), /does not say what it may/],
    ['a job without an end', ci.replace(/ {4}timeout-minutes: \d+\n/, ''), /for ever/],
    ['a target of pull requests', ci.replace('pull_request:', 'pull_request_target:'), /stranger/],
    [
      'a title in a script',
      ci.replace('run: .ci/run', `run: echo $\{{ github.event.pull_request.title }}`),
      /value of others/,
    ],
    ['a script that is gone', ci.replace('npm audit', 'npm run audits'), /no script audits/],
  ])('%s', (_, text, sentence) => {
    expect(faults(text).join('\n')).toMatch(sentence);
  });
});
