import { ApiObject, type App, Chart } from 'cdk8s';
import { namespace, secretsOperator } from '../stacks/naming.ts';
import { clusterKinds, namespacedKinds, releaseClusterKinds, releaseNamespacedKinds } from './argocd-rights.ts';
import type { ClusterRow } from './cluster-row.ts';
import { partOf, wave } from './labels.ts';
import { type HelmChart, monitoringNamespace } from './monitoring/helm-charts.ts';
import { restrictedContainer } from './monitoring/release-security.ts';
import { monitoringReleases } from './monitoring/releases.ts';

/** Argo CD's own namespace, and the name of the cluster that it runs in; the managed capability of EKS takes both. */
export const argocdNamespace = 'argocd';
const destinationName = 'in-cluster';

const secretsOperatorChart: HelmChart = {
  repository: 'https://charts.external-secrets.io',
  chart: 'external-secrets',
  version: '2.6.0',
};

type Release = HelmChart & {
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
};

const releasesOf = (row: ClusterRow): readonly Release[] => [
  {
    name: 'external-secrets',
    namespace: secretsOperator.namespace,
    ...secretsOperatorChart,
    values: {
      installCRDs: true,
      serviceAccount: { name: secretsOperator.serviceAccount },
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      replicaCount: 2,
      leaderElect: true,
      securityContext: restrictedContainer,
      webhook: { securityContext: restrictedContainer },
      certController: { securityContext: restrictedContainer },
    },
  },
  ...monitoringReleases(row),
];

/**
 * What Argo CD is told: `root` keeps this folder, the releases bring operators and their kinds, `platform` what must be there before
 * a service, and a set makes one Application of each other folder of the environment.
 */
export function argocdChart(scope: App, row: ClusterRow): Chart {
  const chart = new Chart(scope, 'argocd', { disableResourceNameHashes: true, labels: partOf });
  const add = (kind: string, name: string, spec: object, annotations?: Readonly<Record<string, string>>) =>
    new ApiObject(chart, `${kind} ${name}`, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind,
      metadata: { name, namespace: argocdNamespace, annotations },
      spec,
    });
  const releases = releasesOf(row);

  for (const project of projectsOf(row, releases)) add('AppProject', project.name, project.spec, wave(-3));
  add('Application', 'root', ownFolder(row, 'root', `${folder(row)}/argocd`, argocdNamespace));
  for (const release of releases) add('Application', release.name, releaseSpec(row, release), wave(-2));
  add('Application', 'platform', ownFolder(row, 'ecommerce', `${folder(row)}/apps/platform`, namespace), wave(-1));
  add('ApplicationSet', 'services', servicesOf(row), wave(0));
  return chart;
}

const folder = ({ name }: ClusterRow): string => `charts/manifests/${name}`;

/**
 * Changes are applied as they arrive and what somebody changed by hand is put back; only what is taken out of Git is deleted by
 * itself in dev, and by a person in prod (docs/gitops.md).
 */
const syncPolicy = (row: ClusterRow, options: readonly string[] = []) => ({
  automated: { enabled: true, prune: !row.retainData, selfHeal: true },
  syncOptions: ['ServerSideApply=true', 'PruneLast=true', 'ApplyOutOfSyncOnly=true', ...options],
  retry: { limit: -1, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
});

const ownFolder = (row: ClusterRow, project: string, path: string, destination: string) => ({
  project,
  source: { repoURL: row.repository.url, targetRevision: row.repository.revision, path, directory: { recurse: true } },
  destination: { name: destinationName, namespace: destination },
  syncPolicy: syncPolicy(row),
});

const releaseSpec = (row: ClusterRow, { chart, repository, version, values, ...release }: Release) => ({
  project: 'operators',
  source: {
    repoURL: repository,
    chart,
    targetRevision: version,
    helm: { releaseName: release.name, valuesObject: values },
  },
  destination: { name: destinationName, namespace: release.namespace },
  syncPolicy: syncPolicy(row, ['CreateNamespace=true']),
});

/** One Application for each folder of the environment but `platform`, which has a wave of its own. */
function servicesOf(row: ClusterRow): object {
  const { project: _, ...template } = ownFolder(row, 'ecommerce', '{{ .path.path }}', namespace);
  return {
    goTemplate: true,
    goTemplateOptions: ['missingkey=error'],
    generators: [
      {
        git: {
          repoURL: row.repository.url,
          revision: row.repository.revision,
          directories: [{ path: `${folder(row)}/apps/*` }, { path: `${folder(row)}/apps/platform`, exclude: true }],
        },
      },
    ],
    // Without it an emptied folder would take its objects with it, in prod too.
    syncPolicy: { preserveResourcesOnDeletion: row.retainData },
    template: { metadata: { name: '{{ .path.basename }}' }, spec: { project: 'ecommerce', ...template } },
  };
}

/** Who may make what from where; each list is what is needed and nothing more. */
function projectsOf(row: ClusterRow, releases: readonly Release[]) {
  const here = (name: string) => ({ name: destinationName, server: '', namespace: name });
  const repository = [row.repository.url];
  const argocdKinds = ['AppProject', 'Application', 'ApplicationSet'];
  const common = { sourceNamespaces: [argocdNamespace], orphanedResources: { warn: true } };
  return [
    {
      name: 'root',
      spec: {
        description: 'What Argo CD is told to sync',
        sourceRepos: repository,
        destinations: [here(argocdNamespace)],
        clusterResourceWhitelist: [],
        namespaceResourceWhitelist: argocdKinds.map((kind) => ({ group: 'argoproj.io', kind })),
        ...common,
      },
    },
    {
      name: 'ecommerce',
      spec: {
        description: 'The services and what they stand on',
        sourceRepos: repository,
        destinations: [namespace, monitoringNamespace, 'kube-system'].map(here),
        clusterResourceWhitelist: clusterKinds,
        namespaceResourceWhitelist: namespacedKinds,
        ...common,
      },
    },
    {
      name: 'operators',
      spec: {
        description: 'Operators and observation, from the charts of their makers',
        sourceRepos: [...new Set(releases.map((release) => release.repository))].toSorted(),
        // Its exporters look at the cluster's own components there.
        destinations: [...new Set([...releases.map((release) => release.namespace), 'kube-system'])]
          .toSorted()
          .map(here),
        clusterResourceWhitelist: releaseClusterKinds,
        namespaceResourceWhitelist: releaseNamespacedKinds,
        ...common,
      },
    },
  ];
}
