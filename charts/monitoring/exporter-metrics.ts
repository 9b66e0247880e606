/**
 * Metrics that others emit and our queries may name, by who does. Ours are not listed: a test reads them from the services' own
 * registries.
 */
export const exporterMetrics = {
  /** Prometheus itself, of every target (https://prometheus.io/docs/concepts/jobs_instances/). */
  prometheus: ['up', 'scrape_duration_seconds', 'scrape_samples_scraped'],
  /** https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics */
  'kube-state-metrics': [
    'kube_deployment_status_replicas_available',
    'kube_horizontalpodautoscaler_spec_max_replicas',
    'kube_horizontalpodautoscaler_status_current_replicas',
    'kube_pod_container_resource_requests',
    'kube_pod_container_status_restarts_total',
  ],
  /** https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md */
  cadvisor: [
    'container_cpu_cfs_periods_total',
    'container_cpu_cfs_throttled_periods_total',
    'container_cpu_usage_seconds_total',
    'container_memory_working_set_bytes',
  ],
} as const;

/** Metrics that are there wherever our services are scraped, without a cluster around them. */
export const everywhere: readonly string[] = exporterMetrics.prometheus;
