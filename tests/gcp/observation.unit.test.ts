import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterRows } from '../../charts/cluster-row.ts';
import { environments } from '../../stacks/environments.ts';
import { createAlert } from '../../stacks/gcp/alert.ts';
import { assembleGcp } from '../../stacks/gcp/assembly.ts';
import { panels } from '../../stacks/gcp/dashboard.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { readPromql } from '../charts/monitoring/promql.ts';
import { repository } from '../sources.ts';
import { at, resources, spoiled } from './blocks.ts';
import { stackOf } from './example.ts';

const stack = stackOf('prod', 'analytics');
const alerts = resources(stack, 'google_monitoring_alert_policy');
const figures = resources(stack, 'google_logging_metric').map(({ block }) => block);

/** One sentence for each alert that does not tell whoever it wakes what is lost, and where to read on. */
const mute = (of: Json): readonly string[] =>
  resources(of, 'google_monitoring_alert_policy').flatMap(({ name, block }) => {
    const content = String(at(block, 'documentation.content'));
    const runbook = /^Runbook: https:\/\/\S+\/(docs\/runbooks\/[a-z-]+\.md)$/m.exec(content)?.[1] ?? '';
    const url = String(at(block, 'documentation.links.0.url'));
    return [
      ...(/^Impact: [A-Z].{20,}\.$/m.test(content) ? [] : [`${name} says no impact.`]),
      ...(runbook !== '' && existsSync(join(repository, runbook)) ? [] : [`${name} has no runbook.`]),
      ...(url.endsWith(`/${runbook}`) ? [] : [`${name} leads elsewhere: ${url}.`]),
      ...(Array.isArray(block.notification_channels) && block.notification_channels.length === 1
        ? []
        : [`${name} wakes nobody.`]),
    ];
  });

/** The queries of all alerts and of the dashboard. */
const queries = [
  ...alerts.flatMap(({ block }) =>
    (block.conditions as readonly Json[]).map((one) => at(one, 'condition_prometheus_query_language.query')),
  ),
  ...panels.map(({ query }) => query),
].filter((query): query is string => typeof query === 'string');

test('alerts ring when the job stops, lags, commits nothing or comes too late, and when a tunnel is down', () => {
  expect(alerts.map(({ block }) => block.display_name)).toEqual([
    'ecommerce-prod-analytics-stopped',
    'ecommerce-prod-analytics-lag-growing',
    'ecommerce-prod-analytics-no-window',
    'ecommerce-prod-analytics-late-share',
    'ecommerce-prod-vpn-tunnel',
  ]);
  expect(mute(stack)).toEqual([]);
});

const policy = 'resource.google_monitoring_alert_policy.alert-analytics-stopped';
test.each([
  ['without a runbook', `${policy}.documentation.content`, 'Impact: Nobody sees what came in today.'],
  [
    'with one that is not written',
    `${policy}.documentation.content`,
    'Runbook: https://git.shop.example/x/docs/runbooks/nothing.md',
  ],
  ['that leads elsewhere', `${policy}.documentation.links.0.url`, 'https://example.com/vpn.md'],
  ['that wakes nobody', `${policy}.notification_channels`, []],
])('an alert %s is found', (_, path, value) => {
  expect(mute(spoiled(stack, path, value))).not.toEqual([]);
});

test("what the provider's labels do not reach has its own", () => {
  const own = ['google_monitoring_alert_policy', 'google_monitoring_uptime_check_config'];
  for (const type of own)
    for (const { name, block } of resources(stack, type))
      expect([name, at(block, 'user_labels.environment')]).toEqual([name, 'prod']);
});

test('an alert that does not speak in sentences is refused', () => {
  const app = assembleGcp([environments.dev], { outdir: join(repository, '.build/gcp'), last: {} });
  const facts = { name: 'x', impact: 'bad', runbook: 'vpn', because: 'It is so by experience.', conditions: [] };
  const [scope] = app.node.children;
  if (!scope) throw new Error('There is no stack.');
  expect(() => createAlert(scope, environments.dev, { channel: 'x', dependsOn: [] }, facts)).toThrow(
    /must be sentences/,
  );
});

test('pages that alerts lead to are those that the alerts of the clusters lead to', () => {
  const { url, revision } = clusterRows.prod.repository;
  const pages = `${url.replace(/\.git$/, '')}/blob/${revision}/docs/runbooks/`;
  for (const { block } of alerts) expect(at(block, 'documentation.links.0.url')).toContain(pages);
});

test('every query is PromQL over a metric that is made here, or that Google makes', () => {
  const made = new Set(figures.map(({ name }) => `logging_googleapis_com:user_${name}`));
  expect(queries).toHaveLength(9);
  for (const query of queries)
    for (const { metric, labels } of readPromql(query).selectors) {
      const known =
        made.has(metric.replace(/_(sum|count|bucket)$/, '')) || metric === 'vpn_googleapis_com:tunnel_established';
      expect([query, metric, known]).toEqual([query, metric, true]);
      expect(labels).toContain('monitored_resource');
    }
});

test('figures are read from fields that the watch writes, of the own environment', () => {
  const watch = readFileSync(join(repository, 'analytics/dataproc/analytics-line.py'), 'utf8');
  for (const { filter, value_extractor: extractor } of figures) {
    expect(filter).toContain('logName="projects/shop-analytics-prod/logs/orders-analytics"');
    expect(filter).toContain('jsonPayload.environment="prod"');
    for (const [, field = ''] of `${filter} ${extractor ?? ''}`.matchAll(/jsonPayload\.(\w+)/g))
      expect([field, watch.includes(`"${field}"`)]).toEqual([field, true]);
  }
});

test('numbers are distributions and conditions are counted', () => {
  for (const { value_extractor: extractor, metric_descriptor: metric } of figures)
    expect(metric).toMatchObject({
      metric_kind: 'DELTA',
      value_type: extractor === undefined ? 'INT64' : 'DISTRIBUTION',
    });
});

test('YARN is asked from inside of the network, for a job of this name that runs', () => {
  const [check] = resources(stack, 'google_monitoring_uptime_check_config');
  expect(check?.block).toMatchObject({
    checker_type: 'VPC_CHECKERS',
    period: '60s',
    monitored_resource: {
      type: 'servicedirectory_service',
      labels: { namespace_name: 'ecommerce-prod-analytics', service_name: 'yarn', location: 'asia-south1' },
    },
    http_check: { path: '/ws/v1/cluster/apps?states=RUNNING', port: 8088 },
    content_matchers: [{ matcher: 'CONTAINS_STRING', content: '"name":"orders-analytics"' }],
  });
  const [endpoint] = resources(stack, 'google_service_directory_endpoint');
  expect(endpoint?.block).toMatchObject({
    provider: 'google-beta',
    port: 8088,
    address: expect.stringContaining('data.google_compute_instance.master.network_interface[0].network_ip'),
    network: 'projects/222222222222/locations/global/networks/ecommerce-prod',
  });
  expect(at(stack, 'data.google_compute_instance.master.name')).toBe('ecommerce-prod-analytics-m');
});

test('the dashboard shows the lag, the newest window, how many came, and how many were late', () => {
  const [dashboard] = resources(stack, 'google_monitoring_dashboard');
  const { mosaicLayout } = JSON.parse(String(dashboard?.block.dashboard_json));
  expect(mosaicLayout.tiles.map(({ widget }: { widget: { title: string } }) => widget.title)).toEqual(
    panels.map(({ title }) => title),
  );
  const places = mosaicLayout.tiles.map((tile: Json) => `${tile.xPos ?? 0} ${tile.yPos ?? 0}`);
  expect(new Set(places).size).toBe(4);
});
