import type { DashboardFacts } from '../panels.ts';

const ours = 'namespace="ecommerce"';

/** For whoever runs the cluster: are pods where they should be, with what they asked for. */
export const cluster: DashboardFacts = {
  uid: 'cluster',
  title: 'Cluster',
  about: 'Are all replicas there, do they have what they asked for, and is there room for more?',
  rows: [
    {
      title: 'Replicas',
      panels: [
        {
          kind: 'graph',
          title: 'Replicas that are ready',
          about: 'By deployment.',
          unit: 'short',
          queries: { '{{deployment}}': `sum by (deployment) (kube_deployment_status_replicas_available{${ours}})` },
        },
        {
          kind: 'graph',
          title: 'Replicas, of the most there may be',
          about: 'At 1 nothing can be added: docs/runbooks/replicas-at-maximum.md',
          unit: 'percentunit',
          queries: {
            '{{horizontalpodautoscaler}}': `max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas{${ours}} / kube_horizontalpodautoscaler_spec_max_replicas{${ours}})`,
          },
        },
        {
          kind: 'graph',
          title: 'Restarts',
          about: 'Of containers within the hour. Normal is 0.',
          unit: 'short',
          queries: { '{{pod}}': `sum by (pod) (increase(kube_pod_container_status_restarts_total{${ours}}[1h]))` },
        },
      ],
    },
    {
      title: 'What they use',
      panels: [
        {
          kind: 'graph',
          title: 'Processor, of what was asked for',
          about: 'order-service and payment-service are scaled at 70 %.',
          unit: 'percentunit',
          queries: {
            '{{pod}}': `sum by (pod) (rate(container_cpu_usage_seconds_total{${ours},container!=""}[$__rate_interval])) / sum by (pod) (kube_pod_container_resource_requests{${ours},resource="cpu"})`,
          },
        },
        {
          kind: 'graph',
          title: 'Memory, of what was asked for',
          about: 'product-service is scaled at 80 %.',
          unit: 'percentunit',
          queries: {
            '{{pod}}': `sum by (pod) (container_memory_working_set_bytes{${ours},container!=""}) / sum by (pod) (kube_pod_container_resource_requests{${ours},resource="memory"})`,
          },
        },
        {
          kind: 'graph',
          title: 'Time without a processor',
          about: 'Share of the periods in which a container was throttled.',
          unit: 'percentunit',
          queries: {
            '{{pod}}': `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{${ours}}[$__rate_interval])) / sum by (pod) (rate(container_cpu_cfs_periods_total{${ours}}[$__rate_interval]))`,
          },
        },
      ],
    },
    {
      title: 'Watching itself',
      panels: [
        {
          kind: 'graph',
          title: 'Targets that answer',
          about: 'By job, of all that should.',
          unit: 'percentunit',
          queries: { '{{job}}': 'avg by (job) (up)' },
        },
        {
          kind: 'graph',
          title: 'Time to scrape',
          about: 'The longest of each job; at 10 s a target counts as down.',
          unit: 's',
          queries: { '{{job}}': 'max by (job) (scrape_duration_seconds)' },
        },
        {
          kind: 'graph',
          title: 'Series of each job',
          about: 'Grows with routes and labels; a jump is a label with too many values.',
          unit: 'short',
          queries: { '{{job}}': 'sum by (job) (scrape_samples_scraped)' },
        },
      ],
    },
  ],
};
