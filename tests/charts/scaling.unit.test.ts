import { describe, expect, test } from 'vitest';
import { clusterRows } from '../../charts/cluster-row.ts';
import { foldersOf, manifestsOf } from '../../charts/manifests.ts';
import type { Scaling } from '../../services/platform/facts.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { type Platform, platform } from '../../services/platform/platform.ts';
import { environmentNames } from '../../stacks/environments.ts';
import { object, ofKind, podsOf } from './objects.ts';

// As the specification has it, by hand: what the facts say is compared with it too.
const table = {
  'product-service': { resource: 'memory', percent: 80, min: 2, max: 8 },
  'order-service': { resource: 'cpu', percent: 70, min: 2, max: 10 },
  'payment-service': { resource: 'cpu', percent: 70, min: 2, max: 8 },
} as const;
const manual = { 'api-gateway': { min: 2, max: 5 }, 'user-service': { min: 2, max: 4 } } as const;

describe.each(environmentNames)('in %s', (environment) => {
  test('the autoscalers are exactly those of the scaling table', () => {
    const found = ofKind(environment, 'HorizontalPodAutoscaler').map(({ apiVersion, metadata, spec }) => {
      const {
        minReplicas: min,
        maxReplicas: max,
        metrics,
      } = spec as {
        minReplicas: number;
        maxReplicas: number;
        metrics: { type: string; resource: { name: string; target: { type: string; averageUtilization: number } } }[];
      };
      expect([apiVersion, metrics.length, metrics[0]?.type]).toEqual(['autoscaling/v2', 1, 'Resource']);
      const resource = metrics[0]?.resource;
      expect(resource?.target.type).toBe('Utilization');
      return [metadata.name, { resource: resource?.name, percent: resource?.target.averageUtilization, min, max }];
    });
    expect(Object.fromEntries(found)).toEqual(table);
  });

  test('each autoscaler drives the deployment of its name, which fixes no number of replicas', () => {
    for (const name of Object.keys(table)) {
      expect(object(environment, 'HorizontalPodAutoscaler', name).spec?.scaleTargetRef).toEqual({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name,
      });
      expect(object(environment, 'Deployment', name).spec).not.toHaveProperty('replicas');
    }
  });

  test('what an autoscaler takes percentages of is requested by every container', () => {
    for (const [name, { resource }] of Object.entries(table))
      for (const container of podsOf(environment, `Deployment ${name}`).spec.containers)
        expect(container.resources?.requests[resource]).toMatch(/^\d+(m|Mi)$/);
  });

  test('whom a person scales has a number within its bounds and no autoscaler', () => {
    for (const [name, { min, max }] of Object.entries(manual)) {
      const { metadata, spec } = object(environment, 'Deployment', name);
      expect(spec?.replicas).toBeGreaterThanOrEqual(min);
      expect(spec?.replicas).toBeLessThanOrEqual(max);
      expect(metadata.annotations).toEqual({
        'ecommerce-platform/replicas-max': String(max),
        'ecommerce-platform/replicas-min': String(min),
      });
    }
  });

  test('every service loses one pod at a time when nodes are replaced', () => {
    expect(ofKind(environment, 'PodDisruptionBudget').map(({ metadata, spec }) => [metadata.name, spec])).toEqual(
      [...serviceNames].toSorted().map((name) => [
        name,
        {
          maxUnavailable: 1,
          selector: { matchLabels: { 'app.kubernetes.io/name': name } },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      ]),
    );
  });
});

/** The lines of one text that the other has not at the same place, and the files they are in. */
function changedLines(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  expect(Object.keys(after)).toEqual(Object.keys(before));
  return Object.entries(before).flatMap(([path, text]) => {
    const lines = (after[path] ?? '').split('\n');
    expect(lines).toHaveLength(text.split('\n').length);
    return text.split('\n').flatMap((line, at) => (line === lines[at] ? [] : [`${path}: ${lines[at]?.trim()}`]));
  });
}

const numbers = serviceNames.flatMap((name) =>
  Object.entries(platform.services[name].scaling).flatMap(([field, value]) =>
    typeof value === 'number' ? [{ name, field, value: value + 1 }] : [],
  ),
);

test.each(numbers)(
  'changing $field of $name changes one line of one file per environment',
  ({ name, field, value }) => {
    const facts = platform.services[name];
    const scaling = { ...facts.scaling, [field]: value } as Scaling;
    const changed: Platform = { ...platform, services: { ...platform.services, [name]: { ...facts, scaling } } };
    for (const row of Object.values(clusterRows)) {
      const lines = changedLines(manifestsOf(row), manifestsOf(row, foldersOf(row, changed)));
      expect(lines).toEqual([expect.stringMatching(new RegExp(`^${row.name}/apps/${name}/.*: "?${value}"?$`))]);
    }
  },
);

test('the table has fifteen numbers, and each is in the test above', () => {
  expect(numbers).toHaveLength(15);
});
