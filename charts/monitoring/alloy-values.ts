import { namespace, observers } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';
import { type CloudWatchMetric, cloudWatchMetrics } from './cloudwatch-metrics.ts';
import { inside, prometheusReplica, prometheusReplicas } from './helm-charts.ts';
import { type LogLabel, logLabels, logLevels } from './log-labels.ts';
import { restrictedContainer, restrictedPod } from './release-security.ts';

type Row = Pick<ClusterRow, 'name' | 'account' | 'region' | 'retainData'>;

/** Where the labels of a stream come from: two from the pod, one from the line itself. */
const podLabels: Readonly<Record<Exclude<LogLabel, 'level'>, string>> = {
  namespace: '__meta_kubernetes_namespace',
  service: '__meta_kubernetes_pod_label_app_kubernetes_io_name',
};

/** The chart reads its configuration as a template of its own: what is meant for Alloy must come out of that unchanged. */
const asHelmText = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

const quoted = (text: string): string => JSON.stringify(text);

/** Takes the lines of our pods on its node to Loki, as they are. */
export const logPipeline = (): string => `discovery.kubernetes "pods" {
  role = "pod"
  namespaces {
    names = [${quoted(namespace)}]
  }
  selectors {
    role  = "pod"
    field = "spec.nodeName=" + sys.env("HOSTNAME")
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${Object.entries(podLabels)
  .map(
    ([label, source]) => `  rule {
    source_labels = [${quoted(source)}]
    target_label  = ${quoted(label)}
  }
`,
  )
  .join('')}}

loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.process.lines.receiver]
}

loki.process "lines" {
  stage.json {
    expressions = { level = "level", time = "time" }
  }
  stage.timestamp {
    source = "time"
    format = "RFC3339Nano"
  }
  // A line that is not ours could say anything here, and each new value would be a stream.
  stage.template {
    source   = "level"
    template = "{{ if eq .Value ${logLevels.map(quoted).join(' ').replaceAll('"', '\\"')} }}{{ .Value }}{{ else }}info{{ end }}"
  }
  stage.labels {
    values = { level = "" }
  }
  stage.label_keep {
    values = [${logLabels.map(quoted).join(', ')}]
  }
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
  endpoint {
    url = ${quoted(`${inside.loki}/loki/api/v1/push`)}
  }
}
`;

/** The image has this user and starts as root without it. */
const user = 473;
const restricted = {
  global: { podSecurityContext: { ...restrictedPod, runAsUser: user, runAsGroup: user, fsGroup: user } },
  configReloader: { securityContext: restrictedContainer },
} as const;

/** Values of Alloy as a daemon on each node, for logs. */
export const alloyValues = () => ({
  fullnameOverride: 'alloy-logs',
  controller: { type: 'daemonset' },
  ...restricted,
  alloy: {
    securityContext: restrictedContainer,
    configMap: { content: asHelmText(logPipeline()) },
    enableReporting: false,
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  },
});

const staticJob = (row: Row, { namespace: of, name, statistic, dimensions }: CloudWatchMetric, index: number): string =>
  `  static "m${index}" {
    regions    = [${quoted(row.region)}]
    namespace  = ${quoted(of)}
    dimensions = { ${Object.entries(dimensions)
      .map(([key, value]) => `${quoted(key)} = ${quoted(value)}`)
      .join(', ')} }
    metric {
      name       = ${quoted(name)}
      statistics = [${quoted(statistic)}]
      period     = "1m"
    }
  }
`;

/** Takes what only CloudWatch knows to Prometheus, once a minute: each question costs money. */
export const cloudWatchPipeline = (row: Row): string => `prometheus.exporter.cloudwatch "platform" {
  sts_region = ${quoted(row.region)}
${cloudWatchMetrics(row)
  .map((metric, index) => staticJob(row, metric, index))
  .join('')}}

prometheus.scrape "cloudwatch" {
  targets         = prometheus.exporter.cloudwatch.platform.targets
  scrape_interval = "1m"
  scrape_timeout  = "30s"
  forward_to      = [prometheus.remote_write.prometheus.receiver]
}

prometheus.remote_write "prometheus" {
${Array.from(
  { length: prometheusReplicas(row) },
  (_, index) => `  endpoint {
    url = ${quoted(`${prometheusReplica(index)}/api/v1/write`)}
  }
`,
).join('')}}
`;

/** Values of Alloy as a single process, for CloudWatch. */
export const alloyCloudWatchValues = (row: Row) => ({
  fullnameOverride: 'alloy-cloudwatch',
  controller: { type: 'deployment', replicas: 1 },
  serviceAccount: { name: observers.cloudWatch },
  ...restricted,
  alloy: {
    securityContext: restrictedContainer,
    configMap: { content: asHelmText(cloudWatchPipeline(row)) },
    enableReporting: false,
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  },
});
