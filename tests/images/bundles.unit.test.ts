import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { billOfMaterials, refusedLicenses } from '../../bin/images/bill-of-materials.ts';
import { bundleService, entriesOf } from '../../bin/images/bundle-service.ts';
import { digestOf } from '../../bin/images/digest.ts';
import { serviceNames } from '../../services/platform/names.ts';

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

test('a licence that nobody accepted is named', () => {
  expect(refusedLicenses(['typescript', 'lightningcss'])).toEqual([
    'lightningcss is under "MPL-2.0", which nobody accepted yet.',
  ]);
});
