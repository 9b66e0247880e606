import { clusterRows } from '../../../charts/cluster-row.ts';
import { dashboards } from '../../../charts/monitoring/dashboards/all.ts';
import { ruleGroups } from '../../../charts/monitoring/rule-groups.ts';

/** A query and where somebody finds it. */
export type Query = { readonly where: string; readonly query: string };

const panels = dashboards.flatMap(({ uid, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ where: `${uid}: ${row.title}: ${panel.title}`, panel }))),
);

/** Every LogQL query of every dashboard. */
export const logQueries: readonly Query[] = panels.flatMap(({ where, panel }) =>
  panel.kind === 'logs' ? [{ where, query: panel.query }] : [],
);

/** Every PromQL query of every dashboard. */
export const drawnQueries: readonly Query[] = panels.flatMap(({ where, panel }) =>
  panel.kind === 'logs'
    ? []
    : Object.entries(panel.queries).map(([legend, query]) => ({ where: `${where}: ${legend}`, query })),
);

export const rules = ruleGroups(clusterRows.prod).flatMap(({ rules: all }) => all);

/** Every PromQL query of every dashboard and every rule. */
export const promQueries: readonly Query[] = [
  ...drawnQueries,
  ...rules.map((rule) => ({ where: 'record' in rule ? rule.record : rule.alert, query: rule.expr })),
];
