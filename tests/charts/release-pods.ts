import type { PodSpec } from './objects.ts';

/** Where something is in the values of a chart: `grafana.containerSecurityContext`. */
type Path = string;

/** A control of the restricted profile that a pod cannot keep. */
type Exception = { readonly control: string; readonly reason: string };

/** A pod that a release makes, and where its values say what it may. */
export type ReleasePod = {
  readonly name: string;
  readonly pod?: Path;
  /** By the container's name; what no value reaches is written out, as the chart's program makes it. */
  readonly containers: Readonly<Record<string, Path | { readonly made: object }>>;
  /** What the chart gives the pod besides, whatever the values say. */
  readonly fixed?: Partial<PodSpec>;
  readonly exceptions?: readonly Exception[];
};

/** The operator gives this to the containers that it makes (prometheus-operator, pkg/prometheus/common.go and pkg/operator/config_reloader.go). */
const byTheOperator = {
  made: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
} as const;

const alloy: readonly ReleasePod[] = [
  {
    name: 'alloy',
    pod: 'global.podSecurityContext',
    containers: { alloy: 'alloy.securityContext', 'config-reloader': 'configReloader.securityContext' },
  },
];
const host = (name: string, path: string) => ({ name, hostPath: { path } });

/** The pods of each release, by the templates of the charts at their pinned versions. */
export const releasePods: Readonly<Record<string, readonly ReleasePod[]>> = {
  'external-secrets': [
    { name: 'external-secrets', containers: { 'external-secrets': 'securityContext' } },
    { name: 'webhook', containers: { webhook: 'webhook.securityContext' } },
    { name: 'cert-controller', containers: { 'cert-controller': 'certController.securityContext' } },
  ],
  'prometheus-stack': [
    {
      name: 'operator',
      pod: 'prometheusOperator.securityContext',
      containers: { operator: 'prometheusOperator.containerSecurityContext' },
    },
    {
      name: 'admission-create',
      pod: 'prometheusOperator.admissionWebhooks.patch.securityContext',
      containers: { create: 'prometheusOperator.admissionWebhooks.createSecretJob.securityContext' },
    },
    {
      name: 'admission-patch',
      pod: 'prometheusOperator.admissionWebhooks.patch.securityContext',
      containers: { patch: 'prometheusOperator.admissionWebhooks.patchWebhookJob.securityContext' },
    },
    {
      name: 'prometheus',
      pod: 'prometheus.prometheusSpec.securityContext',
      containers: { prometheus: byTheOperator, 'config-reloader': byTheOperator },
    },
    {
      name: 'alertmanager',
      pod: 'alertmanager.alertmanagerSpec.securityContext',
      containers: { alertmanager: byTheOperator, 'config-reloader': byTheOperator },
    },
    {
      name: 'grafana',
      pod: 'grafana.securityContext',
      containers: {
        grafana: 'grafana.containerSecurityContext',
        'sc-dashboard': 'grafana.sidecar.securityContext',
        'sc-datasources': 'grafana.sidecar.securityContext',
      },
    },
    {
      name: 'kube-state-metrics',
      pod: 'kube-state-metrics.securityContext',
      containers: { 'kube-state-metrics': 'kube-state-metrics.containerSecurityContext' },
    },
    {
      name: 'node-exporter',
      pod: 'prometheus-node-exporter.securityContext',
      containers: { 'node-exporter': 'prometheus-node-exporter.containerSecurityContext' },
      fixed: {
        hostNetwork: true,
        hostPID: true,
        volumes: [host('proc', '/proc'), host('sys', '/sys'), host('root', '/')],
        // On the node's network a port of the container is one of the node.
        containers: [
          { name: 'node-exporter', image: '', ports: [{ name: 'metrics', containerPort: 9100, hostPort: 9100 }] },
        ],
      },
      exceptions: [
        { control: 'Host namespaces', reason: 'It counts the packets of the node’s own interfaces and its processes.' },
        { control: 'Volume types', reason: 'It reads the node’s /proc, /sys and file systems, all of them read only.' },
        { control: 'Host ports', reason: 'Whoever is on the node’s network listens on a port of the node.' },
      ],
    },
  ],
  loki: [{ name: 'loki', pod: 'loki.podSecurityContext', containers: { loki: 'loki.containerSecurityContext' } }],
  'alloy-logs': alloy,
  'alloy-cloudwatch': alloy,
  /** Not an Application: it is installed once, with charts/bootstrap/argocd-values.yaml. */
  argocd: [
    ...['controller', 'server', 'applicationSet', 'redis', 'redisSecretInit'].map((name) => ({
      name,
      containers: { [name]: `${name}.containerSecurityContext` },
    })),
    {
      name: 'repoServer',
      containers: {
        'repo-server': 'repoServer.containerSecurityContext',
        copyutil: 'repoServer.containerSecurityContext',
      },
    },
  ],
};

type Values = Readonly<Record<string, unknown>>;

const valueAt = (values: Values, path: Path | undefined): Values =>
  (path ?? '').split('.').reduce<unknown>((of, key) => (of as Values | undefined)?.[key], values) as Values;

/** The pod as the values make it; what they do not say is not there. */
export const podOf = ({ pod, containers, fixed = {} }: ReleasePod, values: Values): PodSpec => ({
  ...fixed,
  ...(pod ? { securityContext: valueAt(values, pod) ?? {} } : {}),
  containers: Object.entries(containers).map(([name, of]) => ({
    name,
    image: '',
    ...fixed.containers?.find((one) => one.name === name),
    securityContext: (typeof of === 'string' ? valueAt(values, of) : (of.made as Values)) ?? {},
  })),
});
