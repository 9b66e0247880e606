import { monitoringNamespace } from '../../stacks/naming.ts';

export { monitoringNamespace };

export type HelmChart = { readonly repository: string; readonly chart: string; readonly version: string };

/** The charts of others that make up the observation of a cluster: the one place for their versions. */
export const helmCharts = {
  'prometheus-stack': {
    repository: 'https://prometheus-community.github.io/helm-charts',
    chart: 'kube-prometheus-stack',
    version: '88.3.0',
  },
  // Moved there in March 2026 (https://grafana.com/docs/loki/latest/setup/install/helm/install-monolithic/).
  loki: { repository: 'https://grafana-community.github.io/helm-charts', chart: 'loki', version: '18.12.0' },
  /** A daemon on each node that takes the pods' logs to Loki. */
  'alloy-logs': { repository: 'https://grafana.github.io/helm-charts', chart: 'alloy', version: '1.11.0' },
  /** One process that takes what only CloudWatch knows to Prometheus. */
  'alloy-cloudwatch': { repository: 'https://grafana.github.io/helm-charts', chart: 'alloy', version: '1.11.0' },
} as const satisfies Readonly<Record<string, HelmChart>>;

/** Release names; what they call their Services follows from them. */
export type ReleaseName = keyof typeof helmCharts;

/** Where the releases find each other: names that the charts make of their release names. */
export const inside = {
  loki: `http://loki.${monitoringNamespace}.svc.cluster.local:3100`,
} as const;

/**
 * Each Prometheus by itself: what is pushed to their common name reaches one of them only. The operator calls the pods by the name that the
 * chart gives their object.
 */
export const prometheusReplica = (index: number): string =>
  `http://prometheus-prometheus-stack-prometheus-${index}.prometheus-operated.${monitoringNamespace}.svc.cluster.local:9090`;

/** How many there are: two where a node that goes must not make alerts blind. */
export const prometheusReplicas = ({ retainData }: { readonly retainData: boolean }): 1 | 2 => (retainData ? 2 : 1);

/** Ids of the data sources as dashboards name them. */
export const dataSources = { prometheus: 'prometheus', loki: 'loki' } as const;
