import { type AlertRule, alertRule, type RecordingRule, type RunbookPlace, type Severity } from './rule.ts';
import type { Indicator, Slo } from './slos.ts';

export const periodDays = 30;

type BurnRate = { readonly long: string; readonly short: string; readonly factor: number; readonly severity: Severity };

/**
 * How fast the budget of 30 days may burn over a window before somebody is told: 2 % of it in an hour, 5 % in six hours, 10 % in a
 * day, 10 % in three days. The short window ends the alert soon after the cause
 * (https://sre.google/workbook/alerting-on-slos/, 6: multiwindow, multi-burn-rate alerts).
 */
export const burnRates: readonly BurnRate[] = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page' },
  { long: '6h', short: '30m', factor: 6, severity: 'page' },
  { long: '1d', short: '2h', factor: 3, severity: 'ticket' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket' },
];

const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

const named = (slo: Slo): string => `{slo="${slo.name}"}`;
const ratioSeries = (window: string): string => `slo:errors:ratio_rate${window}`;
/** Without the noise of binary fractions. */
const plain = (number: number): string => String(Number(number.toPrecision(9)));
export const budgetOf = (slo: Slo): number => Number((1 - slo.objective).toPrecision(9));

/** Share of what went wrong within a window, from 0 to 1; no series when nothing happened at all. */
export function errorRatio(indicator: Indicator, window: string): string {
  const good = (part: string) => `(sum(rate(${part}[${window}])) or vector(0))`;
  switch (indicator.kind) {
    case 'availability': {
      const count = (selector: string) => `http_server_request_duration_seconds_count{${selector}}`;
      const { selector } = indicator;
      return `1 - ${good(count(`${selector},status!~"5.."`))} / (sum(rate(${count(selector)}[${window}])) > 0)`;
    }
    case 'latency': {
      const { histogram, selector, seconds } = indicator;
      const within = selector === '' ? `le="${seconds}"` : `${selector},le="${seconds}"`;
      const all = `sum(rate(${histogram}_count{${selector}}[${window}])) > 0`;
      return `1 - ${good(`${histogram}_bucket{${within}}`)} / (${all})`;
    }
    case 'time':
      return `avg_over_time((${indicator.bad})[${window}:1m])`;
    default:
      return indicator satisfies never;
  }
}

/** The error ratio of a promise over every window, and what is left of its budget. */
export const sloRecords = (slo: Slo): readonly RecordingRule[] => [
  ...windows.map((window) => ({
    record: ratioSeries(window),
    expr: errorRatio(slo.indicator, window),
    labels: { slo: slo.name },
  })),
  { record: 'slo:objective:ratio', expr: `vector(${slo.objective})`, labels: { slo: slo.name } },
  {
    record: `slo:budget_left:ratio${periodDays}d`,
    expr: `1 - avg_over_time(${ratioSeries('5m')}${named(slo)}[${periodDays}d]) / ${plain(budgetOf(slo))}`,
    labels: { slo: slo.name },
  },
];

const pascal = (name: string): string => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

/** Two alerts of a promise: one that wakes, one that can wait. */
export const sloAlerts = (place: RunbookPlace, slo: Slo): readonly AlertRule[] =>
  (['page', 'ticket'] as const).map((severity) => {
    const conditions = burnRates
      .filter((rate) => rate.severity === severity)
      .map(({ long, short, factor }) => {
        const above = (window: string) => `${ratioSeries(window)}${named(slo)} > ${plain(factor * budgetOf(slo))}`;
        return `(${above(long)} and ${above(short)})`;
      });
    return alertRule(place, {
      alert: `${pascal(slo.name)}Budget${severity === 'page' ? 'BurnsFast' : 'BurnsSlowly'}`,
      expr: conditions.join(' or '),
      severity,
      owner: slo.owner,
      summary: `${slo.name}: {{ $value | humanizePercentage }} goes wrong; promised is at most ${plain(budgetOf(slo) * 100)}%`,
      impact: slo.impact,
      runbook: `slo-${slo.name}`,
    });
  });
