import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { environmentSchema as gateway } from '../../services/api-gateway/env.ts';
import { environmentSchema as order } from '../../services/order-service/env.ts';
import { environmentSchema as payment } from '../../services/payment-service/env.ts';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { databaseEnvironmentSchema, environmentSchema as product } from '../../services/product-service/env.ts';
import { migrationEnvironmentSchema, userEnvironment } from '../../services/user-service/env.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { object, ofKind, podsOf, podTemplates } from './objects.ts';

const schemas: Readonly<Record<ServiceName, z.ZodObject>> = {
  'api-gateway': gateway,
  'user-service': userEnvironment,
  'product-service': product,
  'order-service': order,
  'payment-service': payment,
};
const migrations = {
  'user-service': migrationEnvironmentSchema,
  'product-service': databaseEnvironmentSchema,
} as const;

/** Variables that a container gets: written in the pod, or fields of the Secrets that the operator makes. */
function variablesOf(environment: 'dev' | 'prod', workload: string): readonly string[] {
  const [container] = podsOf(environment, workload).spec.containers;
  const secrets = (container?.envFrom ?? []).flatMap(({ secretRef }) => {
    const { data, target } = object(environment, 'ExternalSecret', secretRef.name).spec as {
      data: { secretKey: string }[];
      target: { name: string; template?: { data: Record<string, string> } };
    };
    expect(target.name).toBe(secretRef.name);
    return target.template ? Object.keys(target.template.data) : data.map(({ secretKey }) => secretKey);
  });
  return [...(container?.env ?? []).map(({ name }) => name), ...secrets].toSorted();
}

const required = (schema: z.ZodObject): readonly string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) =>
    (field as z.ZodType).safeParse(undefined).success ? [] : [name],
  );

describe.each(environmentNames)('in %s', (environment) => {
  test.each(serviceNames)(
    '%s is told every variable that it cannot do without, none twice, and none that it does not know',
    (name) => {
      const given = variablesOf(environment, `Deployment ${name}`);
      const known = Object.keys(schemas[name].shape);
      expect(given).toEqual([...new Set(given)]);
      expect(required(schemas[name]).filter((one) => !given.includes(one))).toEqual([]);
      expect(given.filter((one) => !known.includes(one) && one !== 'AWS_REGION')).toEqual([]);
    },
  );

  test.each(Object.entries(migrations))(
    'the migration of %s is told the administrator and how to check the server',
    (name, schema) => {
      const given = variablesOf(environment, `Job ${name}-migrate`);
      expect(given).toEqual([
        'AWS_REGION',
        'DATABASE_AUTH',
        'DATABASE_CA_FILE',
        'DATABASE_URL',
        'MIGRATION_DATABASE_URL',
      ]);
      expect(given.filter((one) => !Object.keys(schema.shape).includes(one))).toEqual([]);
    },
  );

  test.each(serviceNames)('%s is pulled by its content from the registry of the account', (name) => {
    const { account, region } = environments[environment];
    for (const workload of [`Deployment ${name}`, ...(name in migrations ? [`Job ${name}-migrate`] : [])])
      for (const { image } of podsOf(environment, workload).spec.containers)
        expect(image).toMatch(
          new RegExp(`^${account}\\.dkr\\.ecr\\.${region}\\.amazonaws\\.com/ecommerce/${name}@sha256:[0-9a-f]{64}$`),
        );
  });

  test.each(serviceNames)(
    '%s stops in the time that it is given: asleep until nobody sends, accepting, then draining',
    (name) => {
      const { spec } = podsOf(environment, `Deployment ${name}`);
      const [container] = spec.containers;
      const asleep = Number(
        container?.lifecycle?.preStop?.sleep && (container.lifecycle.preStop.sleep as { seconds: number }).seconds,
      );
      const accepting = Number(container?.env?.find((one) => one.name === 'SHUTDOWN_DELAY_MS')?.value) / 1000;
      expect([asleep, accepting]).toEqual([10, 5]);
      // Then the process gives up by itself (services/kit/server.ts).
      const givingUp = 25;
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(asleep + accepting + givingUp);
      expect(spec.terminationGracePeriodSeconds).toBe(45);
    },
  );

  test.each(serviceNames)('%s is asked on its own port whether it started, lives and is ready', (name) => {
    const { containers } = podsOf(environment, `Deployment ${name}`).spec;
    const { port } = platform.services[name];
    expect(containers.map((one) => (one.ports ?? []).map((p) => [p.name, p.containerPort]))).toEqual([
      [
        ['http', port],
        ['metrics', 9464],
      ],
    ]);
    for (const [probe, path] of [
      ['startupProbe', '/startupz'],
      ['livenessProbe', '/livez'],
      ['readinessProbe', '/readyz'],
    ] as const)
      expect(containers[0]?.[probe]?.httpGet).toEqual({ path, port, scheme: 'HTTP' });
    expect(object(environment, 'Service', name).spec?.ports).toEqual([
      { name: 'http', port, protocol: 'TCP', targetPort: port },
    ]);
  });

  test.each(serviceNames)('%s has a token for each service that it calls, and no other', (name) => {
    const { spec } = podsOf(environment, `Deployment ${name}`);
    const tokens = (spec.volumes ?? []).flatMap(({ projected }) =>
      ((projected as { sources: { serviceAccountToken: object }[] } | undefined)?.sources ?? []).map(
        (one) => one.serviceAccountToken,
      ),
    );
    const callees = [...new Set(platform.services[name].calls.map(({ to }) => to))].toSorted();
    expect(tokens).toEqual(callees.map((to) => ({ audience: to, path: to, expirationSeconds: 3600 })));
    const directory = spec.containers[0]?.env?.find((one) => one.name === 'SERVICE_TOKEN_DIR')?.value;
    const mounts = (spec.containers[0]?.volumeMounts ?? []).filter(({ mountPath }) => mountPath === directory);
    expect(mounts).toHaveLength(callees.length > 0 ? 1 : 0);
  });

  test("no pod writes to its own disk, has the API's token, or is without limits", () => {
    for (const [workload, { spec }] of podTemplates(environment)) {
      expect([workload, spec.automountServiceAccountToken]).toEqual([workload, false]);
      expect(object(environment, 'ServiceAccount', String(spec.serviceAccountName))).toMatchObject({
        automountServiceAccountToken: false,
      });
      for (const { securityContext, resources, volumeMounts } of spec.containers) {
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsUser: 65_532 });
        expect(Object.keys(resources?.requests ?? {}).toSorted()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
        expect(Object.keys(resources?.limits ?? {}).toSorted()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
        for (const mount of volumeMounts ?? []) expect(mount.readOnly).toBe(true);
      }
    }
  });

  test('pods prefer to be apart, by zone and by node, and none waits for it', () => {
    for (const name of serviceNames) {
      const { affinity, topologySpreadConstraints } = podsOf(environment, `Deployment ${name}`).spec;
      expect(affinity).toBeUndefined();
      expect(
        topologySpreadConstraints?.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable]),
      ).toEqual([
        ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
        ['kubernetes.io/hostname', 'ScheduleAnyway'],
      ]);
    }
  });

  test('pods go to nodes that enforce network policies, and to no others', () => {
    const { template } = object(environment, 'NodePool', 'ecommerce').spec as {
      template: { metadata: object; spec: { nodeClassRef: { name: string } } };
    };
    const { metadata, spec } = template;
    expect(object(environment, 'NodeClass', spec.nodeClassRef.name).spec).toMatchObject({
      networkPolicy: 'DefaultAllow',
    });
    expect(object(environment, 'ConfigMap', 'amazon-vpc-cni')).toMatchObject({
      metadata: { namespace: 'kube-system' },
      data: { 'enable-network-policy-controller': 'true' },
    });
    for (const [, pods] of podTemplates(environment))
      expect(metadata).toMatchObject({ labels: pods.spec.nodeSelector });
  });

  test('a migration is no replica: no Service and no budget selects it', () => {
    for (const [workload, { metadata }] of podTemplates(environment))
      if (workload.startsWith('Job '))
        for (const { spec } of [...ofKind(environment, 'Service'), ...ofKind(environment, 'PodDisruptionBudget')])
          expect(JSON.stringify(spec)).not.toContain(`"${metadata.labels['app.kubernetes.io/name']}"`);
  });

  test('the namespace creates no pod that breaks the restricted profile', () => {
    expect(object(environment, 'Namespace', 'ecommerce').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.36',
    });
  });
});
