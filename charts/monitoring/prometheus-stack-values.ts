import { alarmTopicArn, observers } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';
import { dataSources, inside, prometheusReplicas } from './helm-charts.ts';
import { restrictedContainer, restrictedPod } from './release-security.ts';
import { scrapeInterval } from './scrape.ts';

type Row = Pick<ClusterRow, 'name' | 'account' | 'region' | 'retainData'>;

const subjects = {
  pages: '[page] {{ .CommonLabels.alertname }}',
  tickets: '[ticket] {{ .CommonLabels.alertname }}',
} as const;

/** Under the names that most charts have for them. */
const restrictedContexts = { securityContext: restrictedPod, containerSecurityContext: restrictedContainer } as const;

/**
 * Values of kube-prometheus-stack: the operator, Prometheus, Alertmanager, Grafana, and the exporters of the cluster. The control
 * plane is Amazon's and shows none of its metrics, so its scrapers and rules are off.
 */
export const prometheusStackValues = (row: Row) => ({
  fullnameOverride: 'prometheus-stack',
  kubeControllerManager: { enabled: false },
  kubeScheduler: { enabled: false },
  kubeEtcd: { enabled: false },
  kubeProxy: { enabled: false },
  prometheusOperator: {
    ...restrictedContexts,
    admissionWebhooks: {
      patch: { securityContext: restrictedPod },
      createSecretJob: { securityContext: restrictedContainer },
      patchWebhookJob: { securityContext: restrictedContainer },
    },
  },
  'kube-state-metrics': restrictedContexts,
  'prometheus-node-exporter': restrictedContexts,
  prometheus: {
    prometheusSpec: {
      // Of its containers the operator says the rest.
      securityContext: restrictedPod,
      scrapeInterval,
      evaluationInterval: scrapeInterval,
      retention: row.retainData ? '45d' : '10d',
      retentionSize: '45GB',
      replicas: prometheusReplicas(row),
      externalLabels: { environment: row.name },
      // What Alloy brings over from CloudWatch.
      enableRemoteWriteReceiver: true,
      // Otherwise only objects of this chart's own release are looked at.
      podMonitorSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
      ruleSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
      resources: { requests: { cpu: '250m', memory: '2Gi' }, limits: { memory: '4Gi' } },
      storageSpec: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } },
        },
      },
    },
  },
  alertmanager: {
    serviceAccount: { name: observers.alerts },
    alertmanagerSpec: { replicas: row.retainData ? 3 : 1, securityContext: restrictedPod },
    config: {
      route: {
        receiver: 'tickets',
        group_by: ['alertname', 'service', 'slo'],
        group_wait: '30s',
        group_interval: '5m',
        repeat_interval: '12h',
        routes: [
          // The chart's own proof that alerts arrive; nobody is to be told of it.
          { receiver: 'nobody', matchers: ['alertname =~ "Watchdog|InfoInhibitor"'] },
          { receiver: 'pages', matchers: ['severity = "page"'], repeat_interval: '1h' },
        ],
      },
      inhibit_rules: [
        // Who is woken needs no ticket for the same promise.
        {
          source_matchers: ['severity = "page"', 'slo != ""'],
          target_matchers: ['severity = "ticket"', 'slo != ""'],
          equal: ['slo'],
        },
      ],
      receivers: [
        { name: 'nobody' },
        ...(['pages', 'tickets'] as const).map((name) => ({
          name,
          // The topic where the alarms of CloudWatch ring: one address for everything that needs a person.
          sns_configs: [
            {
              topic_arn: alarmTopicArn(row),
              sigv4: { region: row.region },
              subject: subjects[name],
              send_resolved: true,
            },
          ],
        })),
      ],
    },
  },
  grafana: {
    // Whoever may forward a port may look; nobody edits what is code.
    'grafana.ini': {
      users: { viewers_can_edit: false },
      'auth.anonymous': { enabled: true, org_role: 'Viewer' },
      analytics: { reporting_enabled: false, check_for_updates: false },
    },
    sidecar: {
      securityContext: restrictedContainer,
      dashboards: { enabled: true, label: 'grafana_dashboard', labelValue: '1', searchNamespace: 'ALL' },
      datasources: { defaultDatasourceEnabled: true, uid: dataSources.prometheus },
    },
    additionalDataSources: [
      {
        name: 'Loki',
        type: 'loki',
        uid: dataSources.loki,
        access: 'proxy',
        url: inside.loki,
        jsonData: {
          derivedFields: [
            { name: 'trace', matcherRegex: '"trace_id":"([0-9a-f]{32})"', url: '/d/service?var-trace=$${__value.raw}' },
          ],
        },
      },
    ],
    ...restrictedContexts,
    // It keeps nothing, so nobody has to own a volume.
    initChownData: { enabled: false },
    testFramework: { enabled: false },
  },
});
