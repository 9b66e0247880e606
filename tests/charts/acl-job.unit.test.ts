import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entriesOf } from '../../bin/images/bundle-service.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { grantEnvironmentSchema } from '../../services/order-service/env.ts';
import { platform } from '../../services/platform/platform.ts';
import { environmentNames } from '../../stacks/environments.ts';
import { aclJob, flinkSecretName, flinkUserName, namespace } from '../../stacks/naming.ts';
import { object, podsOf } from './objects.ts';

type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
type Variable = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
};

/** The resources of a type in a committed template. */
function deployed(environment: string, stack: string, type: string): readonly Resource['Properties'][] {
  const file = join(import.meta.dirname, `../../stacks/snapshots/${environment}/${stack}.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Readonly<Record<string, Resource>> };
  return Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties] : []));
}

test('the job is an entry of the image of the service that publishes what the analytics reads', () => {
  const { publishes } = platform.services[aclJob.service];
  const owned = platform.jobs['orders-analytics'].consumes.filter(({ topic }) =>
    publishes.some((one) => one.topic === topic),
  );
  expect(owned.map(({ topic }) => topic)).toEqual(['orders.v1']);
  expect(entriesOf(aclJob.service)).toContain(aclJob.entry);
});

describe.each(environmentNames)('in %s', (environment) => {
  const { metadata, spec } = object(environment, 'Job', aclJob.name);
  const pods = podsOf(environment, `Job ${aclJob.name}`);
  const [container] = pods.spec.containers;
  const variables = (container?.env ?? []) as readonly Variable[];

  test('the job runs with every sync, ends in time and is gone when it succeeded', () => {
    expect(metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
    });
    expect(spec).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 300 });
    expect(pods.spec.restartPolicy).toBe('Never');
  });

  test('it runs what the service runs, by the same content, with an account of its own', () => {
    const [service] = podsOf(environment, `Deployment ${aclJob.service}`).spec.containers;
    expect([container?.image, container?.args]).toEqual([service?.image, [`/app/${aclJob.entry}.js`]]);
    expect(pods.spec.serviceAccountName).toBe(aclJob.name);
    expect(pods.spec.volumes).toBeUndefined();
  });

  test('it is told the user of the other cloud and the brokers of the service, and is no wiser', () => {
    expect(container?.envFrom).toBeUndefined();
    expect(Object.fromEntries(variables.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]))).toEqual({
      ANALYTICS_USER: flinkUserName,
      AWS_REGION: clusterRows[environment].region,
      KAFKA_AUTH: 'aws-iam',
      KAFKA_BROKERS: { secretKeyRef: { name: `${aclJob.service}-environment`, key: 'KAFKA_BROKERS' } },
    });
    const told = Object.fromEntries(variables.map(({ name, value }) => [name, value ?? 'b-1:9098']));
    expect(Object.keys(grantEnvironmentSchema.parse(told))).toEqual(expect.arrayContaining(Object.keys(told)));
    const fields = object(environment, 'ExternalSecret', `${aclJob.service}-environment`).spec?.data;
    expect(fields).toContainEqual(expect.objectContaining({ secretKey: 'KAFKA_BROKERS' }));
  });

  test('its user, its account and its role are called alike by the stacks', () => {
    const secrets = deployed(environment, 'Streaming', 'AWS::SecretsManager::Secret');
    const template = (one: Resource['Properties']) =>
      (one.GenerateSecretString as { SecretStringTemplate: string }).SecretStringTemplate;
    expect(secrets.map((one) => [one.Name, JSON.parse(template(one))])).toEqual([
      [flinkSecretName({ ...clusterRows[environment] }), { username: flinkUserName }],
    ]);
    const [association, ...more] = deployed(environment, 'Identities', 'AWS::EKS::PodIdentityAssociation').filter(
      ({ ServiceAccount }) => ServiceAccount === pods.spec.serviceAccountName,
    );
    expect([association?.Namespace, more]).toEqual([namespace, []]);
    expect(deployed(environment, 'Identities', 'AWS::IAM::Role').map(({ RoleName }) => RoleName)).toContain(
      `ecommerce-${environment}-${aclJob.name}`,
    );
  });

  test('the namespace that it lives in knows its account, which has no token of the cluster', () => {
    expect(object(environment, 'ServiceAccount', aclJob.name)).toMatchObject({
      metadata: { namespace },
      automountServiceAccountToken: false,
    });
  });
});
