import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser as logqlParser } from '@grafana/lezer-logql';
import { expect, test } from 'vitest';
import { clusterRows } from '../../../charts/cluster-row.ts';
import { cloudWatchMetrics, prometheusName } from '../../../charts/monitoring/cloudwatch-metrics.ts';
import { exporterMetrics } from '../../../charts/monitoring/exporter-metrics.ts';
import { logLabels } from '../../../charts/monitoring/log-labels.ts';
import { repository } from '../../sources.ts';
import { emittedSeries } from './emitted.ts';
import { filled, readPromql } from './promql.ts';
import { logQueries, promQueries, type Query, rules } from './queries.ts';

const emitted = await emittedSeries();
const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
const foreign = new Set<string>([
  ...Object.values(exporterMetrics).flat(),
  ...cloudWatchMetrics(clusterRows.prod).map(prometheusName),
]);

/** One sentence for each metric or label that nothing has. */
const unknownIn = ({ where, query }: Query): readonly string[] =>
  readPromql(query).selectors.flatMap(({ metric, labels }) => {
    if (recorded.has(metric) || foreign.has(metric)) return [];
    const known = emitted.get(metric);
    if (!known) return [`${where}: nothing emits ${metric}.`];
    return labels.filter((label) => !known.has(label)).map((label) => `${where}: ${metric} has no label ${label}.`);
  });

type Node = { readonly name: string; readonly parent: Node | null };
const isBelow = (node: Node, name: string): boolean =>
  node.parent !== null && (node.parent.name === name || isBelow(node.parent, name));

/** Labels of streams in a query, and the first error of it. */
function readLogql({ query }: Query): readonly string[] {
  const text = filled(query);
  const labels: string[] = [];
  logqlParser.parse(text).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`no LogQL at ${from}: ${text}`);
      const inStream = name === 'Identifier' && node.parent?.name === 'Matcher' && isBelow(node.parent, 'Selector');
      if (inStream) labels.push(text.slice(from, to));
    },
  });
  return labels;
}

test('every PromQL query parses, and names only metrics and labels that something emits', () => {
  expect(promQueries.length).toBeGreaterThan(80);
  expect(promQueries.flatMap(unknownIn)).toEqual([]);
});

test('what a query groups by exists on what it reads', () => {
  const wrong = promQueries.flatMap(({ where, query }) => {
    const { selectors, grouping } = readPromql(query);
    const ours = selectors.filter(({ metric }) => emitted.has(metric));
    return grouping
      .filter((label) => ours.length > 0 && !ours.some(({ metric }) => emitted.get(metric)?.has(label)))
      .map((label) => `${where} groups by ${label}.`);
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['a metric that nobody emits', 'rate(orders_total[5m])', /nothing emits orders_total/],
  ['a label that the metric lacks', 'order_states_entered_total{status="paid"}', /has no label status/],
])('%s is found', (_, query, sentence) => {
  expect(unknownIn({ where: 'here', query }).join()).toMatch(sentence);
});

test('a query that does not parse is found', () => {
  expect(() => readPromql('sum(rate(up[5m])')).toThrow(/no PromQL/);
  expect(() => readLogql({ where: 'here', query: '{service="a"} | json |' })).toThrow(/no LogQL/);
});

test('every metric of the business is shown or watched somewhere', () => {
  const named = new Set(promQueries.flatMap(({ query }) => readPromql(query).selectors.map(({ metric }) => metric)));
  const business = [...emitted.keys()].filter((name) => /^(order|payment|product|user|database)_/.test(name));
  expect(business.length).toBeGreaterThan(12);
  const stem = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const stems = new Set([...named].map(stem));
  expect(business.filter((name) => !stems.has(stem(name)))).toEqual([]);
});

test('every LogQL query parses and chooses streams by the few labels that there are', () => {
  expect(logQueries.length).toBeGreaterThan(2);
  const used = logQueries.flatMap(readLogql);
  expect(new Set(used)).toEqual(new Set(logLabels));
  expect(logLabels.length).toBeLessThanOrEqual(4);
});

test('every query in a runbook parses', () => {
  const folder = join(repository, 'docs/runbooks');
  const queries = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/`(\{service[^`]*)`/g)].map(([, query = '']) => ({
      where: file,
      // As a table of Markdown writes a pipe.
      query: query.replaceAll('\\|', '|'),
    })),
  );
  expect(queries.length).toBeGreaterThan(5);
  expect(new Set(queries.flatMap(readLogql)).difference(new Set<string>(logLabels))).toEqual(new Set());
});

test('every metric of others that is listed is read by a query', () => {
  const named = new Set(promQueries.flatMap(({ query }) => readPromql(query).selectors.map(({ metric }) => metric)));
  expect([...foreign].filter((name) => !named.has(name))).toEqual([]);
});
