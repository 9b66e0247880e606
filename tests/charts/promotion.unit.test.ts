import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestIn, withDigest } from '../../bin/images/promotion.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { imagesOf } from '../../charts/images.ts';
import { keepsAcls } from '../../charts/kafka-acls.ts';
import { manifestsOf } from '../../charts/manifests.ts';
import { ownsDatabase } from '../../charts/migrations.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { type EnvironmentName, environmentNames, environments } from '../../stacks/environments.ts';
import { aclJob, repositoryName } from '../../stacks/naming.ts';
import { registriesAfter, registryBefore } from '../../stacks/promotion.ts';
import { repository } from '../sources.ts';
import { podsOf } from './objects.ts';

const prodImages = readFileSync(join(repository, 'charts/images/prod.json'), 'utf8');
const built = `sha256:${'ab12'.repeat(16)}`;

test.each(serviceNames)('promoting %s changes one line of one file, and the image of its own pods', (service) => {
  const after = withDigest(prodImages, service, built);
  const changed = after.split('\n').filter((line, index) => line !== prodImages.split('\n')[index]);
  expect(changed).toEqual([expect.stringContaining(`"${service}": "${built}"`)]);
  expect(digestIn(after, service)).toBe(built);

  const before = manifestsOf(clusterRows.prod);
  const now = manifestsOf({ ...clusterRows.prod, images: imagesOf('prod', JSON.parse(after)) });
  const paths = Object.keys(now).filter((path) => now[path] !== before[path]);
  expect(paths).toEqual([
    `prod/apps/${service}/deployment-${service}.yaml`,
    ...(keepsAcls(platform.services[service]) ? [`prod/apps/${service}/job-${aclJob.name}.yaml`] : []),
    ...(ownsDatabase(platform.services[service]) ? [`prod/apps/${service}/job-${service}-migrate.yaml`] : []),
  ]);
});

type Place = { readonly registryId: string; readonly region: string };
type Statement = Readonly<Record<'Effect' | 'Principal' | 'Action' | 'Resource', unknown>>;
type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };

/** The stack Registry of an environment, as it is committed and deployed. */
const registryOf = (environment: EnvironmentName): Readonly<Record<string, Resource>> =>
  JSON.parse(readFileSync(join(repository, `stacks/snapshots/${environment}/Registry.json`), 'utf8')).Resources;

/** `<registry>/<repository>` of every place that holds an image some while after it was pushed to a repository of `from`. */
function placesOf(from: EnvironmentName, name: string, registries = registryOf): readonly string[] {
  const host = ({ registryId, region }: Place) => `${registryId}.dkr.ecr.${region}.amazonaws.com`;
  const copied = ofType(registries(from), 'AWS::ECR::ReplicationConfiguration').flatMap(([, { Properties }]) =>
    (Properties.ReplicationConfiguration as { Rules: readonly Record<string, unknown>[] }).Rules.flatMap(
      ({ Destinations, RepositoryFilters }) =>
        (RepositoryFilters as readonly { Filter: string }[]).some(({ Filter }) => name.startsWith(Filter))
          ? (Destinations as readonly { RegistryId: string; Region: string }[])
          : [],
    ),
  );
  const taken = copied.filter(({ RegistryId, Region }) => {
    const there = environmentNames.find(
      (one) => environments[one].account === RegistryId && environments[one].region === Region,
    );
    return there !== undefined && takes(registries(there), environments[from].account, name);
  });
  const own = { registryId: environments[from].account, region: environments[from].region };
  return [own, ...taken.map(({ RegistryId, Region }) => ({ registryId: RegistryId, region: Region }))].map(
    (place) => `${host(place)}/${name}`,
  );
}

const ofType = (resources: Readonly<Record<string, Resource>>, type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

/** Whether a registry has the repository and lets that account copy into it. */
function takes(resources: Readonly<Record<string, Resource>>, account: string, name: string): boolean {
  const there = ofType(resources, 'AWS::ECR::Repository').find(
    ([, { Properties }]) => Properties.RepositoryName === name,
  );
  return ofType(resources, 'AWS::ECR::RegistryPolicy').some(([, { Properties }]) =>
    (Properties.PolicyText as { Statement: readonly Statement[] }).Statement.some(
      ({ Effect, Principal, Action, Resource }) =>
        Effect === 'Allow' &&
        JSON.stringify(Principal) === JSON.stringify({ AWS: `arn:aws:iam::${account}:root` }) &&
        JSON.stringify(Action) === '["ecr:ReplicateImage"]' &&
        (Resource as readonly { 'Fn::GetAtt': readonly string[] }[]).some((one) => one['Fn::GetAtt'][0] === there?.[0]),
    ),
  );
}

test.each(serviceNames)(
  'an image of %s that was pushed for dev is where prod pulls it, under the same digest',
  (service) => {
    const image = podsOf('prod', `Deployment ${service}`).spec.containers[0]?.image.split('@')[0];
    expect(placesOf('dev', repositoryName(service))).toContain(image);
    expect(placesOf('prod', repositoryName(service))).toEqual([image]);
  },
);

test('prod takes copies of exactly one account, into its own repositories, and dev takes none', () => {
  expect(ofType(registryOf('dev'), 'AWS::ECR::RegistryPolicy')).toEqual([]);
  expect(ofType(registryOf('prod'), 'AWS::ECR::ReplicationConfiguration')).toEqual([]);
  const policies = ofType(registryOf('prod'), 'AWS::ECR::RegistryPolicy');
  const repositories = ofType(registryOf('prod'), 'AWS::ECR::Repository').map(([id]) => id);
  const statements = policies.flatMap(
    ([, { Properties }]) => (Properties.PolicyText as { Statement: readonly Statement[] }).Statement,
  );
  expect(statements.map(({ Resource: _, ...rest }) => rest)).toEqual([
    {
      Sid: 'CopiesOfWhatWasBuilt',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${environments.dev.account}:root` },
      Action: ['ecr:ReplicateImage'],
    },
  ]);
  expect(new Set(statements.flatMap(({ Resource }) => Resource as readonly object[]))).toEqual(
    new Set(repositories.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }))),
  );
});

test('where both environments share a registry, nothing is copied', () => {
  const { dev, prod } = environments;
  expect(registriesAfter(dev)).toEqual([prod]);
  expect(registryBefore(prod)).toBe(dev);
  expect([registriesAfter(prod), registryBefore(dev)]).toEqual([[], undefined]);
  expect(registriesAfter({ ...dev, account: prod.account })).toEqual([]);
  expect(registryBefore({ ...prod, account: dev.account })).toBeUndefined();
});

test('without a rule that sends or a policy that takes, a digest of dev is none in prod', () => {
  const without = (type: string) => (environment: EnvironmentName) =>
    Object.fromEntries(Object.entries(registryOf(environment)).filter(([, one]) => one.Type !== type));
  for (const type of ['AWS::ECR::ReplicationConfiguration', 'AWS::ECR::RegistryPolicy', 'AWS::ECR::Repository'])
    expect(placesOf('dev', 'ecommerce/order-service', without(type)), type).toHaveLength(1);
});

describe('is refused with a sentence:', () => {
  test('a service that does not exist', () => {
    expect(() => withDigest(prodImages, 'orders', built)).toThrow(/There is no service orders; there are api-gateway/);
    expect(() => digestIn(prodImages, 'orders')).toThrow(/no image of orders/);
  });

  test('what is no digest', () => {
    expect(() => withDigest(prodImages, 'order-service', 'latest')).toThrow(/latest is no digest/);
  });

  test('an image that was never built', () => {
    expect(() => withDigest(prodImages, 'order-service', `sha256:${'0'.repeat(64)}`)).toThrow(/was not built yet/);
  });
});
