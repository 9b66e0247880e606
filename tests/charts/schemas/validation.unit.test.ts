import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { synthesizedManifests } from '../../../bin/charts/committed.ts';
import { object } from '../objects.ts';
import { invalidFields } from './validator.ts';

const files = Object.entries(synthesizedManifests());

test('every object is valid by the schema of the cluster’s Kubernetes and of its operators, and has no field that they do not know', () => {
  const sentences = files.flatMap(([path, text]) =>
    invalidFields(parse(text, { version: '1.1' })).map((sentence) => `${path}: ${sentence}`),
  );
  expect(sentences).toEqual([]);
  expect(files.length).toBeGreaterThan(140);
});

describe('a mistake is refused:', () => {
  type Any = Record<string, unknown>;
  const broken = (kind: string, name: string, change: (manifest: Any & { spec: Any; metadata: Any }) => void) => {
    const copy = structuredClone(object('prod', kind, name)) as never as Any & { spec: Any; metadata: Any };
    change(copy);
    return invalidFields(copy as never);
  };
  const pod = (spec: Any) => (spec.template as { spec: Any & { containers: Any[] } }).spec;

  test('an unknown field, however deep', () => {
    expect(
      broken('Deployment', 'order-service', ({ spec }) => {
        Object.assign(pod(spec).containers[0] ?? {}, { imagePullPolice: 'Always' });
      }),
    ).toEqual([expect.stringContaining('must NOT have additional properties (imagePullPolice)')]);
    expect(
      broken('NetworkPolicy', 'order-service', ({ spec }) => Object.assign(spec, { podselector: {} })),
    ).toHaveLength(1);
    expect(broken('ConfigMap', 'rds-ca', ({ metadata }) => Object.assign(metadata, { label: {} }))).toHaveLength(1);
  });

  test('a wrong type', () => {
    expect(broken('Deployment', 'api-gateway', ({ spec }) => Object.assign(spec, { replicas: '2' }))).toEqual([
      'Deployment/spec/replicas must be integer',
    ]);
    expect(
      broken('HorizontalPodAutoscaler', 'order-service', ({ spec }) => Object.assign(spec, { metrics: {} })),
    ).toEqual(['HorizontalPodAutoscaler/spec/metrics must be array']);
  });

  test('a required field that is missing', () => {
    expect(broken('Deployment', 'order-service', ({ spec }) => delete spec.selector)).toEqual([
      "Deployment/spec must have required property 'selector'",
    ]);
    expect(broken('PodMonitor', 'services', (manifest) => delete (manifest as Any).spec)).toHaveLength(1);
  });

  test('a field of an operator that is misspelt, or not of its words', () => {
    expect(
      broken('ExternalSecret', 'order-service-environment', ({ spec }) =>
        Object.assign(spec, { refreshIntervall: '1h' }),
      ),
    ).toHaveLength(1);
    expect(
      broken('ExternalSecret', 'order-service-environment', ({ spec }) =>
        Object.assign(spec.target as Any, { creationPolicy: 'Mine' }),
      ),
    ).toEqual([expect.stringContaining('must be equal to one of the allowed values')]);
    expect(broken('Application', 'platform', ({ spec }) => Object.assign(spec, { destinations: [] }))).toHaveLength(1);
    expect(broken('NodeClass', 'ecommerce', ({ spec }) => Object.assign(spec, { networkPolicy: 'Deny' }))).toHaveLength(
      1,
    );
    expect(broken('NodePool', 'ecommerce', ({ spec }) => Object.assign(spec, { limit: {} }))).toHaveLength(1);
  });

  test('a version of an API that the cluster does not have', () => {
    expect(
      broken('HorizontalPodAutoscaler', 'order-service', (manifest) =>
        Object.assign(manifest, { apiVersion: 'autoscaling/v2beta2' }),
      ),
    ).toEqual([
      'There is no schema of autoscaling/v2beta2 HorizontalPodAutoscaler; see tests/charts/schemas/derive.ts.',
    ]);
  });
});
