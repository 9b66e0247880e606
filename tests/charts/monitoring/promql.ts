import { parser } from '@prometheus-io/lezer-promql';

export type Selector = { readonly metric: string; readonly labels: readonly string[] };

/** Dashboards' variables, as Grafana would put something in their place. */
export const filled = (query: string): string =>
  query
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$service', 'order-service')
    .replaceAll('$trace', '0'.repeat(32));

/** The selectors of a query, and the labels that it groups by. Throws where the query is no PromQL. */
export function readPromql(query: string): {
  readonly selectors: readonly Selector[];
  readonly grouping: readonly string[];
} {
  const text = filled(query);
  const selectors: { metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  parser.parse(text).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text.slice(Math.max(0, from - 30), to + 30)}`);
      const said = () => text.slice(from, to);
      if (name === 'VectorSelector') {
        const metric = node.getChild('Identifier');
        selectors.push({ metric: metric ? text.slice(metric.from, metric.to) : '', labels: [] });
      }
      if (name === 'LabelName') {
        if (node.parent?.name === 'GroupingLabels') grouping.push(said());
        else selectors.at(-1)?.labels.push(said());
      }
    },
  });
  return { selectors, grouping };
}
