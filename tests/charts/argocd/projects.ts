import type { KubernetesObject } from '../objects.ts';

export type Application = KubernetesObject & {
  readonly spec: {
    readonly project: string;
    readonly source: {
      readonly repoURL: string;
      readonly path?: string;
      readonly chart?: string;
      readonly targetRevision: string;
    };
    readonly syncPolicy: {
      readonly automated: unknown;
      readonly syncOptions: readonly string[];
      readonly retry: { readonly limit: number };
    };
  };
};
type Generator = {
  readonly git: { readonly directories: readonly { readonly path: string; readonly exclude?: boolean }[] };
};
type Project = {
  readonly destinations: readonly { readonly namespace: string }[];
  readonly clusterResourceWhitelist: readonly { readonly group: string; readonly kind: string }[];
  readonly namespaceResourceWhitelist: readonly { readonly group: string; readonly kind: string }[];
};

/** Names of the Applications that sync a folder: those that say its path, and those that a set makes of it. */
export function coveredBy(
  folder: string,
  applications: readonly Application[],
  sets: readonly KubernetesObject[],
): readonly string[] {
  const matches = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`).test(folder);
  return [
    ...applications.filter(({ spec }) => spec.source.path === folder).map(({ metadata }) => metadata.name),
    ...sets.flatMap(({ metadata, spec }) => {
      const { generators } = spec as unknown as { generators: readonly Generator[] };
      return generators.flatMap(({ git: { directories } }) =>
        directories.some(({ path, exclude }) => !exclude && matches(path)) &&
        !directories.some(({ path, exclude }) => exclude && matches(path))
          ? [metadata.name]
          : [],
      );
    }),
  ];
}

/** One sentence when a project of that name would not let Argo CD make the object. */
export function refusedBy(
  projects: readonly KubernetesObject[],
  name: string,
  one: KubernetesObject,
): readonly string[] {
  const project = projects.find(({ metadata }) => metadata.name === name)?.spec as unknown as Project;
  const group = one.apiVersion.includes('/') ? one.apiVersion.split('/')[0] : '';
  const { namespace } = one.metadata;
  const list = namespace === undefined ? project.clusterResourceWhitelist : project.namespaceResourceWhitelist;
  const what = `${one.kind} ${one.metadata.name}`;
  if (!list.some((kind) => kind.group === group && kind.kind === one.kind)) return [`${name} does not allow ${what}.`];
  if (namespace !== undefined && !project.destinations.some((to) => to.namespace === namespace))
    return [`${name} does not allow ${what} in ${namespace}.`];
  return [];
}
