import { describe, expect, test } from 'vitest';
import { clusterKinds, namespacedKinds } from '../../../charts/argocd-rights.ts';
import { clusterRows } from '../../../charts/cluster-row.ts';
import { manifestsOf } from '../../../charts/manifests.ts';
import { environmentNames } from '../../../stacks/environments.ts';
import { namespace } from '../../../stacks/naming.ts';
import { type KubernetesObject, objectsOf, ofKind } from '../objects.ts';
import { type Application, coveredBy, refusedBy } from './projects.ts';

const argocd = ['AppProject', 'Application', 'ApplicationSet'];
const isOurs = ({ kind }: KubernetesObject) => !argocd.includes(kind);
const groupOf = ({ apiVersion }: KubernetesObject) =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
const waveOf = ({ metadata }: KubernetesObject) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);

describe.each(environmentNames)('in %s', (environment) => {
  const folders = [
    ...new Set(
      Object.keys(manifestsOf(clusterRows[environment])).map((path) => path.split('/').slice(0, -1).join('/')),
    ),
  ];
  const objects = objectsOf(environment);
  const projects = ofKind(environment, 'AppProject');
  const applications = ofKind(environment, 'Application') as readonly Application[];

  test('every folder of the environment is one Application’s, and only one’s', () => {
    for (const folder of folders)
      expect(
        coveredBy(`charts/manifests/${folder}`, applications, ofKind(environment, 'ApplicationSet')),
        folder,
      ).toHaveLength(1);
    expect(folders).toHaveLength(8);
  });

  test('a project lets through what our manifests hold, and knows no other kind', () => {
    const kinds = (of: readonly KubernetesObject[]) =>
      [...new Set(of.filter(isOurs).map((one) => `${groupOf(one)}/${one.kind}`))].toSorted();
    const allowed = (of: readonly { group: string; kind: string }[]) =>
      of.map(({ group, kind }) => `${group}/${kind}`).toSorted();
    expect(kinds(objects.filter(({ metadata }) => metadata.namespace !== undefined))).toEqual(allowed(namespacedKinds));
    expect(kinds(objects.filter(({ metadata }) => metadata.namespace === undefined))).toEqual(allowed(clusterKinds));
    expect(objects.filter(isOurs).flatMap((one) => refusedBy(projects, 'ecommerce', one))).toEqual([]);
    expect(objects.filter((one) => !isOurs(one)).flatMap((one) => refusedBy(projects, 'root', one))).toEqual([]);
  });

  test('no project allows a star, another repository or another cluster', () => {
    for (const { spec } of projects) {
      expect(JSON.stringify(spec)).not.toContain('*');
      const { destinations, sourceRepos } = spec as { destinations: { name: string }[]; sourceRepos: string[] };
      expect(destinations.map(({ name }) => name)).toEqual(destinations.map(() => 'in-cluster'));
      expect(sourceRepos.every((url) => url.startsWith('https://'))).toBe(true);
    }
    for (const name of ['root', 'ecommerce'])
      expect(projects.find(({ metadata }) => metadata.name === name)?.spec?.sourceRepos).toEqual([
        clusterRows[environment].repository.url,
      ]);
  });

  test('releases of others come at a pinned version, from a repository that their project allows', () => {
    const operators = projects.find(({ metadata }) => metadata.name === 'operators')?.spec as { sourceRepos: string[] };
    const releases = applications.filter(({ spec }) => spec.source.chart !== undefined);
    expect(releases.map(({ metadata }) => metadata.name)).toContain('external-secrets');
    for (const { spec } of releases) {
      expect(spec.source.targetRevision).toMatch(/^\d+\.\d+\.\d+$/);
      expect(operators.sourceRepos).toContain(spec.source.repoURL);
      expect(spec.project).toBe('operators');
    }
  });

  test('what is needed comes first: projects, operators, the platform, the services', () => {
    const wave = (kind: string, name: string) => {
      const found = ofKind(environment, kind).find(({ metadata }) => metadata.name === name);
      return found ? waveOf(found) : Number.NaN;
    };
    const waves = [
      wave('AppProject', 'ecommerce'),
      wave('Application', 'external-secrets'),
      wave('Application', 'platform'),
      wave('ApplicationSet', 'services'),
    ];
    expect(waves).toEqual(waves.toSorted((one, other) => one - other));
    expect(new Set(waves).size).toBe(waves.length);
    expect(wave('Application', 'prometheus-stack')).toBe(wave('Application', 'external-secrets'));
  });

  test('within a service: the secret before the pods, the pods before the load balancer, the migration before all of it', () => {
    const deployments = ofKind(environment, 'Deployment');
    for (const deployment of deployments) {
      const secret = ofKind(environment, 'ExternalSecret').find(
        ({ metadata }) => metadata.name === `${deployment.metadata.name}-environment`,
      );
      expect(secret && waveOf(secret), deployment.metadata.name).toBeLessThan(waveOf(deployment));
    }
    const [binding] = ofKind(environment, 'TargetGroupBinding');
    expect(binding && waveOf(binding)).toBeGreaterThan(Math.max(...deployments.map(waveOf)));
    for (const job of ofKind(environment, 'Job').filter(({ metadata }) => metadata.name.endsWith('-migrate')))
      expect(job.metadata.annotations?.['argocd.argoproj.io/hook']).toBe('PreSync');
    // A hook runs before the service's own objects: what closes the namespace must be there already.
    for (const { metadata } of ofKind(environment, 'NetworkPolicy'))
      expect(manifestsOf(clusterRows[environment])).toHaveProperty([
        `${environment}/apps/platform/networkpolicy-${metadata.name}.yaml`,
      ]);
  });

  test('Argo CD repairs what somebody changed by hand, tries again without end, and deletes last', () => {
    const set = ofKind(environment, 'ApplicationSet')[0] as unknown as { spec: { template: Application } };
    for (const { spec } of [...applications, set.spec.template]) {
      expect(spec.syncPolicy.automated).toEqual({ enabled: true, selfHeal: true, prune: environment === 'dev' });
      expect(spec.syncPolicy.syncOptions).toContain('PruneLast=true');
      expect(spec.syncPolicy.retry.limit).toBe(-1);
    }
  });
});

describe('a mistake is refused', () => {
  const projects = ofKind('prod', 'AppProject');
  const service = (change: Partial<KubernetesObject>): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'one', namespace },
    ...change,
  });

  test.each([
    ['a Role', service({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' })],
    ['a Secret', service({ kind: 'Secret' })],
    ['a ClusterRole', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'one' } }],
    ['another namespace', service({ metadata: { name: 'one', namespace: 'default' } })],
  ] satisfies [string, KubernetesObject][])('%s', (_, object) => {
    expect(refusedBy(projects, 'ecommerce', object)).toHaveLength(1);
  });

  test('a folder that two Applications want, and one that none wants', () => {
    const applications = ofKind('prod', 'Application') as readonly Application[];
    const sets = ofKind('prod', 'ApplicationSet');
    expect(coveredBy('charts/manifests/prod/apps/platform', [...applications, ...applications], sets)).toHaveLength(2);
    expect(coveredBy('charts/manifests/prod/more', applications, sets)).toEqual([]);
  });
});
