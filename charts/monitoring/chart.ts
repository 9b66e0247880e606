import { ApiObject, type App, Chart } from 'cdk8s';
import { monitoringNamespace } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';
import { dashboards } from './dashboards/all.ts';
import { dashboardOf } from './panels.ts';
import { ruleGroups } from './rule-groups.ts';
import { podMonitorSpec } from './scrape.ts';

/** What the operators of monitoring read: what to scrape, which rules hold, which dashboards there are. */
export function monitoringChart(scope: App, row: ClusterRow): Chart {
  const chart = new Chart(scope, 'monitoring', { disableResourceNameHashes: true });
  const metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
    name,
    namespace: monitoringNamespace,
    labels: { 'app.kubernetes.io/part-of': 'ecommerce-platform', ...labels },
  });
  const add = (
    apiVersion: string,
    kind: string,
    name: string,
    parts: object,
    labels?: Readonly<Record<string, string>>,
  ) => new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: metadata(name, labels), ...parts });

  add('monitoring.coreos.com/v1', 'PodMonitor', 'services', { spec: podMonitorSpec });
  for (const { name, ...group } of ruleGroups(row))
    add('monitoring.coreos.com/v1', 'PrometheusRule', name, { spec: { groups: [{ name, ...group }] } });
  for (const facts of dashboards) {
    const json = `${JSON.stringify(dashboardOf(facts), undefined, 2)}\n`;
    add(
      'v1',
      'ConfigMap',
      `dashboard-${facts.uid}`,
      { data: { [`${facts.uid}.json`]: json } },
      { grafana_dashboard: '1' },
    );
  }
  return chart;
}
