import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { bundleService } from '../../bin/images/bundle-service.ts';
import { digestOf } from '../../bin/images/digest.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import { repository } from '../sources.ts';
import { type Built, contextIn, workshop } from './dockerfile-steps.ts';

// Each build bundles and copies some 150 MB, on whatever else the machine does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const { build, remove } = workshop();
const home = mkdtempSync(join(tmpdir(), 'steps-'));
afterAll(() => {
  remove();
  rmSync(home, { recursive: true, force: true });
});
const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
const built: Partial<Record<ServiceName, Built>> = {};
const imageOf = (service: ServiceName): Built => {
  built[service] ??= build(dockerfile, service);
  return built[service];
};
const rootOf = (service: ServiceName): string => imageOf(service).stages.image ?? '';
const filesOf = (service: ServiceName) => readdirSync(rootOf(service), { recursive: true, encoding: 'utf8' });

/** The one that reads most beyond its own folder, and the one with machine code, migrations and two entries. */
describe.each(['api-gateway', 'user-service'] as const)(
  'the steps of the Dockerfile, carried out in another folder for %s,',
  (service) => {
    test('end with the same bundle, byte for byte, that this checkout makes', () => {
      bundleService(service, join(home, service));
      expect(digestOf(join(rootOf(service), 'app'))).toBe(digestOf(join(home, service)));
    });

    test('leave a root with what is started and no shell', () => {
      const { command } = imageOf(service);
      expect(filesOf(service)).toEqual(expect.arrayContaining(command.map((path) => path.slice(1))));
      expect(filesOf(service).filter((path) => /(^|\/)(sh|bash|dash|busybox|npm|apt|dpkg)$/.test(path))).toEqual([]);
    });

    test('leave a service that starts, and says which variable it lacks', () => {
      const [program = '', ...rest] = imageOf(service).command.map((path) => join(rootOf(service), path));
      const { status, stderr } = spawnSync(program, rest, { cwd: rootOf(service), env: {}, encoding: 'utf8' });
      expect([status, stderr]).toEqual([1, expect.stringMatching(/Environment variable \w+/)]);
    });

    test('leave a bill of materials that names every library in the image, its package and its version', () => {
      const text = readFileSync(join(imageOf(service).stages.bill ?? '', 'sbom.cdx.json'), 'utf8');
      const { components } = JSON.parse(text) as {
        components: { name: string; type: string; purl?: string; properties?: { name: string }[] }[];
      };
      const libraries = filesOf(service).flatMap((path) => (/\.so(\.\d+)*$/.test(path) ? [`/${path}`] : []));
      const listed = components.filter(({ properties = [] }) => properties.length > 0);
      expect(listed.flatMap(({ properties = [] }) => properties.map(({ name }) => name)).toSorted()).toEqual(
        libraries.toSorted(),
      );
      for (const name of [/\/libc\.so\.6$/, /\/ld-linux-x86-64\.so\.2$/, /\/libstdc\+\+\.so\.6$/])
        expect(libraries.filter((path) => name.test(path))).toHaveLength(1);
      expect(listed.every(({ type, purl }) => type === 'file' || /^pkg:deb\/\w+\/.+@.+\?arch=/.test(purl ?? ''))).toBe(
        true,
      );
      expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'hono']));
    });
  },
);

describe('a Dockerfile that no longer works is noticed:', () => {
  const without = (line: string) => {
    expect(dockerfile).toContain(`${line}\n`);
    return dockerfile.replace(`${line}\n`, '');
  };
  const bundle = 'RUN npm run bundle -- "$SERVICE"';
  test.each([
    ['a script that is called otherwise', dockerfile.replace('npm run bundle', 'npm run bundles'), /bundles/],
    ['no argument', without('ARG SERVICE'), /There is no service/],
    ['a file that npm wants and nobody copied', dockerfile.replace(' .npmrc ./', ' ./'), /\.npmrc was not copied/],
    ['no sources', without('COPY . .'), /ended with/],
    ['a step that is gone', without(bundle), /ended with/],
    ['an image that is put elsewhere', dockerfile.replace('"$SERVICE" image', '"$SERVICE" root'), /no \/source\/image/],
    ['a stage that does not exist', dockerfile.replaceAll('--from=build', '--from=builder'), /there is no/],
  ])('%s', (_, text, sentence) => {
    expect(() => build(text, 'user-service')).toThrow(sentence);
  });

  test.each(['analytics', 'docs/openapi.json', 'package.json'])('a .dockerignore that holds %s back', (path) => {
    const ignore = readFileSync(join(repository, '.dockerignore'), 'utf8').replace(`!${path}\n`, '');
    expect(contextIn(ignore)).not.toContain(path);
    expect(() => build(dockerfile, 'api-gateway', ignore)).toThrow(/ended with|there is no/);
  });

  test('a .dockerignore with patterns that are not read here', () => {
    expect(() => contextIn('**\n!bin/*.ts\n')).toThrow(/one !name a line/);
  });
});
