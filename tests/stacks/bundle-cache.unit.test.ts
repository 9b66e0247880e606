import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type BundledFile, bundle } from '../../stacks/aws/bundle.ts';
import { keptBundle, keyOf } from '../../stacks/aws/bundle-cache.ts';
import { repository } from '../sources.ts';

const entry = 'services/notification-lambda/handler.ts';

const sums = (files: readonly BundledFile[]) =>
  files.map(({ name, contents }) => `${name} ${createHash('sha256').update(contents).digest('hex')}`).toSorted();

test('a bundle that was kept is the one that would be made', () => {
  const made = sums(bundle(entry));
  expect(sums(keptBundle(entry))).toEqual(made);
  expect(sums(keptBundle(entry))).toEqual(made);
});

test.each([
  'services/notification-lambda/mail.ts',
  'services/kit/money.ts',
  'analytics/facts.ts',
  'stacks/aws/bundle.ts',
  'package-lock.json',
])('a change of %s asks for a new one', (path) => {
  const copy = mkdtempSync(join(tmpdir(), 'bundle-key-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const part of ['services', 'analytics/facts.ts', 'stacks/aws/bundle.ts', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(repository, part), join(copy, part), { recursive: true });
  expect(keyOf(entry, copy)).toBe(keyOf(entry, repository));
  appendFileSync(join(copy, path), ' ');
  expect(keyOf(entry, copy)).not.toBe(keyOf(entry, repository));
});
