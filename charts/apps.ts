import type { App, Chart } from 'cdk8s';
import { serviceNames } from '../services/platform/names.ts';
import { type Platform, platform } from '../services/platform/platform.ts';
import type { ClusterRow } from './cluster-row.ts';
import { monitoringChart } from './monitoring/chart.ts';
import { PlatformChart } from './platform.ts';
import { ServiceChart } from './service.ts';

/** A folder of manifests, which Argo CD syncs as one Application of that name. */
export type ClusterApp = { readonly folder: string; readonly chart: (scope: App) => Chart };

/** Everything that is synced into a cluster. What must be there before the services is in `platform`. */
export const appsOf = (row: ClusterRow, of: Platform = platform): readonly ClusterApp[] => [
  { folder: 'platform', chart: (scope) => new PlatformChart(scope, 'platform', row, of) },
  ...serviceNames.map((name) => ({
    folder: name,
    chart: (scope: App) => new ServiceChart(scope, name, row, of.services[name]),
  })),
  { folder: 'monitoring', chart: (scope) => monitoringChart(scope, row) },
];
