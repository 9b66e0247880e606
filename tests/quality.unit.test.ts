import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/quality.md',
  ...decisions().map((name) => `docs/decisions/${name}`),
];

function decisions(): readonly string[] {
  return readdirSync(join(root, 'docs/decisions')).filter((name) => name.endsWith('.md'));
}

/** Paths of the repository that a page names: in backticks with a slash and an ending, or as the target of a link. */
function namedPaths(page: string, text: string): readonly string[] {
  const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : '';
  const quoted = [...text.matchAll(/`((?:tests|services|bin|docs)\/[^`*<\s]+\.(?:test\.)?(?:ts|mjs|md|json))`/g)];
  const linked = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)\)/g)];
  return [...quoted.map(([, path]) => path ?? ''), ...linked.map(([, path]) => folder + path)];
}

const missing = (page: string, text: string): readonly string[] =>
  namedPaths(page, text)
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `${page} names ${path}, which does not exist.`);

test('every file that the documentation names exists', () => {
  expect(pages.flatMap((page) => missing(page, readFileSync(join(root, page), 'utf8')))).toEqual([]);
});

test('a path that does not exist is named, in backticks or as a link', () => {
  expect(missing('docs/quality.md', '| T0 | `tests/nowhere.unit.test.ts` |')).toHaveLength(1);
  expect(missing('docs/decisions/README.md', '[gone](gone.md)')).toEqual([
    'docs/decisions/README.md names docs/decisions/gone.md, which does not exist.',
  ]);
});

test('every row of quality names a test', () => {
  const rows = readFileSync(join(root, 'docs/quality.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| [A-Z]\d+ \|/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/`tests\/[^`]+\.test\.ts`/.test(row))).toEqual([]);
});

test('every decision is in the index, and says what was rejected', () => {
  const index = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');
  for (const name of decisions().filter((one) => one !== 'README.md')) {
    expect(index).toContain(`](${name})`);
    const text = readFileSync(join(root, 'docs/decisions', name), 'utf8');
    for (const part of ['**Decided.**', '**Why.**', '**Rejected.**', '**Price.**'])
      expect(text, `${name} lacks ${part}`).toContain(part);
  }
});
