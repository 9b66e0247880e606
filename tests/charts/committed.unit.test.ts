import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  committedManifests,
  staleManifests,
  synthesizedManifests,
  writeManifests,
} from '../../bin/charts/committed.ts';

const synthesized = synthesizedManifests();
const some = 'prod/apps/order-service/deployment-order-service.yaml';

test('the committed manifests are what is synthesized, byte for byte', () => {
  expect(staleManifests(synthesized, committedManifests())).toEqual([]);
});

test('synthesizing twice gives the same bytes', () => {
  expect(synthesizedManifests()).toEqual(synthesized);
});

test('a manifest that differs in a byte, is missing, or belongs to nothing is named', () => {
  const { [some]: text = '', ...others } = synthesized;
  const sentences = (committed: Readonly<Record<string, string>>) => staleManifests(synthesized, committed);
  expect(sentences({ ...others, [some]: `${text} ` })).toEqual([expect.stringContaining(`${some} is not what is`)]);
  expect(sentences(others)).toEqual([expect.stringContaining(`${some} is missing`)]);
  expect(sentences({ ...synthesized, 'prod/apps/gone/x.yaml': '' })).toEqual([
    expect.stringContaining('gone/x.yaml is superfluous'),
  ]);
});

test('writing makes the folder what is synthesized: it adds, changes and removes, and then has nothing to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    writeManifests({ 'dev/apps/gone/x.yaml': 'kind: X\n', [some]: 'kind: Y\n' }, folder);
    expect(writeManifests(synthesized, folder)).toHaveLength(Object.keys(synthesized).length + 1);
    expect(committedManifests(folder)).toEqual(synthesized);
    expect(writeManifests(synthesized, folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
