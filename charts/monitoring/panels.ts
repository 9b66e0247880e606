import { type Dashboard, DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dataSources } from './helm-charts.ts';
import { variablesOf } from './variables.ts';

/** What a panel shows: queries by the legend of what they draw. */
type Panel = {
  readonly title: string;
  /** What a reader should know of it: what is normal, what to do. */
  readonly about: string;
  /** Unit as Grafana names it: `s`, `reqps`, `percentunit`, `short`, `bytes`. */
  readonly unit: string;
  readonly queries: Readonly<Record<string, string>>;
};

/** One row of a dashboard. Eight columns a panel, three panels beside each other. */
export type DashboardRow = {
  readonly title: string;
  readonly panels: readonly (
    | ({ readonly kind: 'graph' } & Panel)
    | ({ readonly kind: 'number' } & Panel)
    | { readonly kind: 'logs'; readonly title: string; readonly about: string; readonly query: string }
  )[];
};

export type DashboardFacts = {
  /** In its address and in the name of its ConfigMap. */
  readonly uid: string;
  readonly title: string;
  /** Who reads it, and which question it answers. */
  readonly about: string;
  readonly rows: readonly DashboardRow[];
  /** Shown for one value at a time, chosen from the values of this label of this metric. */
  readonly chosen?: { readonly name: string; readonly values: readonly string[] };
  /** Whether a trace id can be typed in. */
  readonly byTrace?: true;
};

const prometheus = { type: 'prometheus', uid: dataSources.prometheus };
const loki = { type: 'loki', uid: dataSources.loki };
const refIds = 'ABCDEFGH';

const targetsOf = (queries: Panel['queries']): PrometheusQuery[] =>
  Object.entries(queries).map(([legend, expr], index) =>
    new PrometheusQuery()
      .refId(refIds[index] ?? `Q${index}`)
      .datasource(prometheus)
      .expr(expr)
      .legendFormat(legend),
  );

function built(panel: DashboardRow['panels'][number]) {
  switch (panel.kind) {
    case 'graph':
      return new TimeSeriesBuilder()
        .title(panel.title)
        .description(panel.about)
        .datasource(prometheus)
        .unit(panel.unit)
        .min(0)
        .span(8)
        .height(8)
        .targets(targetsOf(panel.queries));
    case 'number':
      return new StatBuilder()
        .title(panel.title)
        .description(panel.about)
        .datasource(prometheus)
        .unit(panel.unit)
        .span(8)
        .height(4)
        .targets(targetsOf(panel.queries));
    case 'logs':
      return new LogsBuilder()
        .title(panel.title)
        .description(panel.about)
        .datasource(loki)
        .span(24)
        .height(10)
        .withTarget(new LokiQuery().refId('A').datasource(loki).expr(panel.query));
    default:
      return panel satisfies never;
  }
}

/** The dashboard as Grafana reads it; nobody edits it there. */
export function dashboardOf(facts: DashboardFacts): Dashboard {
  const builder = new DashboardBuilder(facts.title)
    .uid(facts.uid)
    .description(facts.about)
    .tags(['ecommerce-platform'])
    .timezone('utc')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .readonly();
  for (const variable of variablesOf(facts)) builder.withVariable(variable);
  for (const row of facts.rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(built(panel));
  }
  return builder.build();
}
