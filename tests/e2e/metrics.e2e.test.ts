import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalPrometheus, startPrometheus } from '../../bin/local/prometheus.ts';
import { prometheusBinaries } from '../../bin/local/prometheus-binaries.ts';
import { everywhere } from '../../charts/monitoring/exporter-metrics.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { emittedSeries } from '../charts/monitoring/emitted.ts';
import { readPromql } from '../charts/monitoring/promql.ts';
import { drawnQueries, type Query, rules } from '../charts/monitoring/queries.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { prometheusApi } from './prometheus-api.ts';
import { openShop } from './shop.ts';
import { makeTraffic } from './watched-traffic.ts';

const platform = platformUnderTest();
const binaries = await prometheusBinaries();
const emitted = await emittedSeries();
const watchedMs = 60_000;
let prometheus: LocalPrometheus | undefined;
let rounds = 0;

beforeAll(async () => {
  if (typeof binaries === 'string') console.log(`metrics: what services serve is read directly. ${binaries}`);
  else
    prometheus = await startPrometheus({
      binaries,
      dir: join(platform.dataDir, 'prometheus'),
      addresses: platform.addresses,
    });
  const started = performance.now();
  const shop = openShop(platform);
  ({ rounds } = await makeTraffic(shop, prometheus ? watchedMs - 8_000 : 1));
  await shop.close();
  if (prometheus) await sleep(Math.max(0, watchedMs + 6_000 - (performance.now() - started)));
}, 150_000);
afterAll(() => prometheus?.stop());

/** Whether the local platform has all that a query reads: no cluster and no cloud is around it. */
const readable = ({ query }: Query): boolean =>
  readPromql(query).selectors.every(
    ({ metric }) => emitted.has(metric) || everywhere.includes(metric) || localRecords.has(metric),
  );
/** Promises that are measured in the cloud only. */
const ofCloud = new Set(
  rules.flatMap((rule) => ('record' in rule && rule.expr.includes('aws_') ? [rule.labels?.slo] : [])),
);
const localRecords = new Set(
  rules.flatMap((rule) => ('record' in rule && !rule.expr.includes('aws_') ? [rule.record] : [])),
);

test('each service serves what its registry declares', async () => {
  const served = new Set<string>();
  for (const name of serviceNames) {
    const text = await (await fetch(platform.addresses[`${name}-metrics`] ?? '')).text();
    for (const [, metric = ''] of text.matchAll(/^([a-z0-9_]+)[{ ]/gm)) served.add(metric);
  }
  // Without a series while nothing was collected, or nothing is under way.
  const certain = [...emitted.keys()].filter((name) => !/^nodejs_(gc_|active_requests$)/.test(name));
  expect(certain.filter((name) => !served.has(name))).toEqual([]);
});

if (typeof binaries !== 'string') {
  const api = () => prometheusApi(prometheus?.endpoint ?? '');

  test('every target is up and was scraped every 15 s for a minute', async () => {
    const targets = await api().targets();
    expect(targets.map(({ labels }) => labels.job).sort()).toEqual([...serviceNames].sort());
    expect(targets.filter(({ health }) => health !== 'up')).toEqual([]);
    for (const { metric, value } of await api().query('count_over_time(up[1m])'))
      expect(Number(value[1]), metric.job).toBeGreaterThanOrEqual(4);
    expect(rounds).toBeGreaterThan(3);
  });

  test('every query of a dashboard over what the platform emits returns data', async () => {
    const empty: string[] = [];
    const local = drawnQueries.filter(readable);
    expect(local.length).toBeGreaterThan(30);
    for (const { where, query } of local) {
      const text = query.replaceAll('$__rate_interval', '1m');
      const services = query.includes('$service') ? serviceNames : ['any'];
      const counts = await Promise.all(
        services.map(async (service) => (await api().query(text.replaceAll('$service', service))).length),
      );
      // Not every service has a database or calls others.
      const some = /http_client_|database_/.test(query);
      if (some ? counts.every((count) => count === 0) : counts.includes(0)) empty.push(`${where}: ${text}`);
    }
    expect(empty).toEqual([]);
  });

  test('every rule reads series that are there, and every recording rule over them makes one', async () => {
    const missing: string[] = [];
    for (const rule of rules) {
      const where = 'record' in rule ? rule.record : rule.alert;
      if (!readable({ where, query: rule.expr }) || ('record' in rule && ofCloud.has(rule.labels?.slo))) continue;
      for (const { metric, labels } of readPromql(rule.expr).selectors) {
        // Not with their values: nothing fails here, so no call has the outcome that an alert looks for.
        const present = `${metric}{${[...new Set(labels)].map((label) => `${label}!=""`).join(',')}}`;
        if ((await api().query(present)).length === 0) missing.push(`${where}: ${present}`);
      }
      if ('record' in rule) {
        const recorded = await api().query(`${rule.record}{slo="${rule.labels?.slo}"}`);
        if (recorded.length === 0) missing.push(`${where} of ${rule.labels?.slo} has no data.`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('no alert rings while all is well, and the promises are kept', async () => {
    const ringing = await api().query('ALERTS{alertstate="firing",severity="page"}');
    expect(ringing.map(({ metric }) => metric.alertname)).toEqual([]);
    const placement = await api().query('slo:errors:ratio_rate5m{slo="order-placement"}');
    expect(placement.map(({ value }) => Number(value[1]))).toEqual([0]);
  });
}
