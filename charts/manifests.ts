import { App, type Chart } from 'cdk8s';
import { stringify } from 'yaml';
import { type Platform, platform } from '../services/platform/platform.ts';
import { appsOf } from './apps.ts';
import { argocdChart } from './argocd.ts';
import type { ClusterRow } from './cluster-row.ts';

/** A folder below `charts/manifests/<environment>` and the chart whose objects are in it. */
export type ManifestFolder = { readonly path: string; readonly chart: (scope: App) => Chart };

/** All folders of an environment. */
export const foldersOf = (row: ClusterRow, of: Platform = platform): readonly ManifestFolder[] => [
  ...appsOf(row, of).map(({ folder, chart }) => ({ path: `apps/${folder}`, chart })),
  { path: 'argocd', chart: (scope) => argocdChart(scope, row) },
];

type Manifest = { readonly kind: string; readonly metadata: { readonly name: string } };

/**
 * The files of an environment by their path below `charts/manifests`: `prod/apps/order-service/deployment-order-service.yaml`.
 * One object a file, keys sorted, nothing in it but what the rows and the vocabulary say. Throws when two objects want one file.
 */
export function manifestsOf(
  row: ClusterRow,
  folders: readonly ManifestFolder[] = foldersOf(row),
): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { path, chart } of folders)
    for (const object of chart(new App()).toJson() as readonly Manifest[]) {
      const file = `${row.name}/${path}/${fileName(object)}`;
      if (files[file] !== undefined) throw new Error(`Two objects want to be ${file}.`);
      files[file] = manifestText(object);
    }
  return Object.fromEntries(Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const fileName = ({ kind, metadata }: Manifest): string =>
  `${`${kind}-${metadata.name}`.toLowerCase().replace(/[^a-z0-9.-]/g, '-')}.yaml`;

/** An object as Kubernetes reads it: YAML 1.1, so that what is `on` or `y` to it is quoted. */
export const manifestText = (object: unknown): string =>
  stringify(object, { version: '1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
