import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { environmentNames } from '../../stacks/environments.ts';
import { repository } from '../sources.ts';
import { ofKind } from './objects.ts';
import { brokenControls } from './pod-security.ts';
import { podOf, releasePods } from './release-pods.ts';

type Values = Readonly<Record<string, unknown>>;
type Application = { readonly source: { readonly chart?: string; readonly helm?: { readonly valuesObject: Values } } };

const argocd: Values = parse(readFileSync(join(repository, 'charts/bootstrap/argocd-values.yaml'), 'utf8'));

/** The values of every release of an environment, and of what is installed by hand. */
const valuesOf = (environment: 'dev' | 'prod'): Readonly<Record<string, Values>> => ({
  ...Object.fromEntries(
    ofKind(environment, 'Application').flatMap(({ metadata, spec }) => {
      const { source } = spec as unknown as Application;
      return source.chart ? [[metadata.name, source.helm?.valuesObject ?? {}] as const] : [];
    }),
  ),
  argocd,
});

/** What the pods of all releases break without an exception, and exceptions that nothing needs. */
const openIn = (values: Readonly<Record<string, Values>>): readonly string[] => [
  ...Object.keys(values)
    .filter((release) => !releasePods[release]?.length)
    .map((release) => `Nobody wrote down the pods of ${release}.`),
  ...Object.keys(releasePods)
    .filter((release) => !values[release])
    .map((release) => `There is no release ${release}.`),
  ...Object.entries(releasePods).flatMap(([release, pods]) =>
    pods.flatMap((pod) => {
      const broken = brokenControls(podOf(pod, values[release] ?? {}));
      const isOf = (control: string) => (one: string) => one.startsWith(`${control}: `);
      const { exceptions = [] } = pod;
      return [
        ...broken
          .filter((one) => !exceptions.some(({ control }) => isOf(control)(one)))
          .map((one) => `${release}, ${pod.name}: ${one}`),
        ...exceptions
          .filter(({ control }) => !broken.some(isOf(control)))
          .map(({ control }) => `${release}, ${pod.name}: nothing needs the exception ${control} any more.`),
      ];
    }),
  ),
];

test.each(environmentNames)(
  'every pod of every release in %s keeps to the restricted profile, or says why not',
  (environment) => {
    expect(openIn(valuesOf(environment))).toEqual([]);
    for (const { exceptions = [] } of Object.values(releasePods).flat())
      for (const { reason } of exceptions) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  },
);

describe('is noticed:', () => {
  const values = valuesOf('prod');
  const without = (release: string, path: string): Readonly<Record<string, Values>> => {
    const copy = structuredClone(values) as Record<string, Record<string, unknown>>;
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const at = keys.reduce<Record<string, unknown> | undefined>(
      (of, key) => of?.[key] as Record<string, unknown>,
      copy[release],
    );
    expect(at).toHaveProperty(last);
    delete at?.[last];
    return copy;
  };

  /** Whatever is decisive: a container's own context, and the pod's where no value reaches the containers. */
  const decisive = Object.entries(releasePods).flatMap(([release, pods]) =>
    pods.flatMap(({ pod, containers }) => {
      const paths = Object.values(containers).filter((path) => typeof path === 'string');
      return [...new Set(paths.length > 0 ? paths : [pod ?? ''])].map((path) => [release, path] as const);
    }),
  );
  test.each(decisive)('%s without %s', (release, path) => {
    expect(openIn(without(release, path))).toContainEqual(expect.stringMatching(new RegExp(`^${release}, `)));
  });

  test('a release whose pods nobody wrote down', () => {
    expect(openIn({ ...values, more: {} })).toEqual(['Nobody wrote down the pods of more.']);
  });

  test('an exception that nothing needs any more', () => {
    const [exporter] = releasePods['prometheus-stack']?.filter(({ exceptions }) => exceptions) ?? [];
    expect(exporter?.exceptions?.map(({ control }) => control)).toEqual([
      'Host namespaces',
      'Volume types',
      'Host ports',
    ]);
  });
});
