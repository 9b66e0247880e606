import { monitoringNamespace } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';
import { alloyCloudWatchValues, alloyValues } from './alloy-values.ts';
import { type HelmChart, helmCharts, type ReleaseName } from './helm-charts.ts';
import { lokiValues } from './loki-values.ts';
import { prometheusStackValues } from './prometheus-stack-values.ts';

/** A release of somebody else's chart, as an Argo CD Application takes it. */
export type Release = HelmChart & {
  readonly name: ReleaseName;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
};

/** What observes a cluster, in the order in which it is needed. */
export function monitoringReleases(row: ClusterRow): readonly Release[] {
  const values = {
    'prometheus-stack': prometheusStackValues(row),
    loki: lokiValues(row),
    'alloy-logs': alloyValues(),
    'alloy-cloudwatch': alloyCloudWatchValues(row),
  } satisfies Readonly<Record<ReleaseName, Readonly<Record<string, unknown>>>>;
  return (Object.keys(helmCharts) as ReleaseName[]).map((name) => ({
    name,
    namespace: monitoringNamespace,
    ...helmCharts[name],
    values: values[name],
  }));
}
