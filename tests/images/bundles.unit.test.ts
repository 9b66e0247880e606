import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { billOfMaterials, packagesIn, refusedLicenses } from '../../bin/images/bill-of-materials.ts';
import { bundleService, entriesOf } from '../../bin/images/bundle-service.ts';
import { digestOf } from '../../bin/images/digest.ts';
import { imageTag, recipe } from '../../bin/images/image-tag.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { repository } from '../sources.ts';
import { contextIn } from './dockerfile-steps.ts';

const home = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each(serviceNames)('the bundle of %s', (service) => {
  const [one, other] = [join(home, service, 'one'), join(home, service, 'somewhere', 'else')];
  const packages = bundleService(service, one);
  bundleService(service, other);
  const files = readdirSync(one);

  test('is the same, byte for byte, wherever and whenever it is made', () => {
    expect(digestOf(one)).toBe(digestOf(other));
  });

  test('holds a module with its source map for each entry, and no path of the machine that made it', () => {
    for (const entry of entriesOf(service)) {
      expect(files).toEqual(expect.arrayContaining([`${entry}.js`, `${entry}.js.map`]));
      const map = JSON.parse(readFileSync(join(one, `${entry}.js.map`), 'utf8')) as { sources: string[] };
      expect(map.sources.length).toBeGreaterThan(50);
      expect(map.sources.filter((path) => path.startsWith('/'))).toEqual([]);
      expect(readFileSync(join(one, `${entry}.js`), 'utf8')).not.toContain(process.cwd());
    }
  });

  test('is made of nothing that the build of an image is not sent', () => {
    const sent = contextIn(readFileSync(join(repository, '.dockerignore'), 'utf8'));
    const sources = files
      .filter((file) => file.endsWith('.js.map'))
      .flatMap((file) => (JSON.parse(readFileSync(join(one, file), 'utf8')) as { sources: string[] }).sources)
      .map((path) => path.replace(/^(\.\.\/)+/, ''))
      .filter((path) => !path.startsWith('node_modules/'));
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((path) => !sent.some((one) => path === one || path.startsWith(`${one}/`)))).toEqual([]);
    // What is promoted is written there: a merged digest makes no new image.
    expect(sources.filter((path) => /^(charts|stacks)\//.test(path))).toEqual([]);
  });

  test('holds no test, and of another service its facts and events only', () => {
    const map = JSON.parse(readFileSync(join(one, 'main.js.map'), 'utf8')) as { sources: string[] };
    const ours = map.sources.filter((path) => path.includes('/services/'));
    const others = ours.filter(
      (path) => !new RegExp(`/services/(kit|platform|${service})/|/(events|service)\\.ts$`).test(path),
    );
    expect(others).toEqual([]);
    expect(map.sources.filter((path) => /\/tests\//.test(path))).toEqual([]);
  });

  test('its bill of materials lists what is in it and nothing else, and is the same each time', () => {
    const bill = billOfMaterials(service, packages);
    expect(bill).toBe(billOfMaterials(service, packages));
    const { components, specVersion } = JSON.parse(bill) as {
      specVersion: string;
      components: { name: string; version: string; purl: string }[];
    };
    expect(specVersion).toBe('1.6');
    expect(components.map(({ name }) => name).toSorted()).toEqual(['node', ...packages].toSorted());
    expect(components.every(({ version, purl }) => purl.endsWith(`@${version}`) && version !== '')).toBe(true);
    expect(packages).toContain('hono');
    expect(packages).not.toContain('vitest');
  });

  test('carries no licence that nobody accepted', () => {
    expect(refusedLicenses(packages)).toEqual([]);
  });
});

test('a digest tells a changed byte, another name and one file more', () => {
  const folder = join(home, 'digest');
  bundleService('api-gateway', folder);
  const before = digestOf(folder);
  writeFileSync(join(folder, 'built-at'), new Date().toISOString());
  const more = digestOf(folder);
  expect(more).not.toBe(before);
  writeFileSync(join(folder, 'built-at'), 'another time');
  expect(digestOf(folder)).not.toBe(more);
});

test('the tag of an image is the same for the same content, and another when the bundle or the way it is made is', () => {
  const [bundle, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
  expect(imageTag(bundle)).toBe(imageTag(bundle));
  expect(imageTag(bundle)).toMatch(/^content-[0-9a-f]{40}$/);
  expect(imageTag(other)).not.toBe(imageTag(bundle));
  for (const path of recipe) {
    const changed = (one: string) => readFileSync(join(repository, one), 'utf8') + (one === path ? '\n' : '');
    expect(imageTag(bundle, changed), path).not.toBe(imageTag(bundle));
  }
});

test('a bill of materials names a file of the system by its package, and one of none by its own digest', () => {
  const sha256 = 'c'.repeat(64);
  const bill = billOfMaterials('one', ['hono'], {
    system: 'debian',
    files: [
      {
        path: '/lib/libstdc++.so.6',
        sha256,
        package: { name: 'libstdc++6', version: '12-1+deb', architecture: 'amd64' },
      },
      { path: '/opt/own.so', sha256, package: undefined },
    ],
  });
  const { components } = JSON.parse(bill) as { components: object[] };
  expect(components).toContainEqual(
    expect.objectContaining({
      name: 'libstdc++6',
      version: '12-1+deb',
      purl: 'pkg:deb/debian/libstdc%2B%2B6@12-1%2Bdeb?arch=amd64',
      properties: [{ name: '/lib/libstdc++.so.6', value: `sha256:${sha256}` }],
    }),
  );
  expect(components).toContainEqual(
    expect.objectContaining({ type: 'file', name: 'own.so', hashes: [{ alg: 'SHA-256', content: sha256 }] }),
  );
  expect(packagesIn(bill)).toEqual(['hono']);
});

test('a licence that nobody accepted is named', () => {
  expect(refusedLicenses(['typescript', 'lightningcss'])).toEqual([
    'lightningcss is under "MPL-2.0", which nobody accepted yet.',
  ]);
});
