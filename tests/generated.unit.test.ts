import { describe, expect, test } from 'vitest';
import { audienceOf, keyOf, serviceRoutes } from '../bin/api-document.ts';
import { derivedFiles, presentText, staleFiles } from '../bin/derived-files.ts';
import { relayedRoutes } from '../services/api-gateway/routes.ts';
import { platform } from '../services/platform/platform.ts';

const files = derivedFiles();

describe('derived files', () => {
  test('each is committed as it is derived, byte for byte', () => {
    expect(staleFiles(files, presentText)).toEqual([]);
  });

  test('one that differs in a byte, or is missing, is named', () => {
    const changed = (path: string) => (path === 'docs/openapi.json' ? `${files[path]} ` : presentText(path));
    expect(staleFiles(files, changed)).toEqual([
      expect.stringMatching(/^docs\/openapi\.json is not what it is derived/),
    ]);
    expect(staleFiles(files, () => undefined)).toHaveLength(Object.keys(files).length);
  });

  test('deriving twice gives the same bytes', () => {
    expect(derivedFiles()).toEqual(files);
  });
});

describe.each(Object.values(platform.services))('$name', ({ name, publicRoutes }) => {
  const routes = serviceRoutes[name];

  test('every public route is one that the service has, for the same audience', () => {
    const declared = Object.entries(publicRoutes).map(([key, audience]) => `${key} for ${audience}`);
    const served = routes
      .filter((route) => Object.hasOwn(publicRoutes, keyOf(route)))
      .map((route) => `${keyOf(route)} for ${audienceOf(route)}`);
    expect(served.toSorted()).toEqual(declared.toSorted());
  });

  test('every route that a user or anyone may use is public, and no route is declared twice', () => {
    const open = routes.filter((route) => audienceOf(route) !== undefined).map(keyOf);
    expect(open.toSorted()).toEqual(Object.keys(publicRoutes).toSorted());
    expect(new Set(routes.map(keyOf)).size).toBe(routes.length);
  });
});

test('the OpenAPI document has exactly the relayed routes, and answers every status with a schema', () => {
  const document = JSON.parse(files['docs/openapi.json'] ?? '{}') as {
    paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    servers: { url: string }[];
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${document.servers[0]?.url}${path}`),
  );
  const relayed = relayedRoutes(platform).filter((route) => route.stripped > 0);
  expect(operations.toSorted()).toEqual(
    relayed.map(({ method, path }) => `${method} ${path.replace(/:([a-z_]+)/g, '{$1}')}`).toSorted(),
  );
  for (const methods of Object.values(document.paths))
    for (const { responses } of Object.values(methods))
      for (const [status, { content }] of Object.entries(responses))
        if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
});
