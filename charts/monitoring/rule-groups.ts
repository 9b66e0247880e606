import { alerts } from './alerts.ts';
import { sloAlerts, sloRecords } from './burn-rates.ts';
import { alertRule, type RuleGroup, type RunbookPlace } from './rule.ts';
import { slos } from './slos.ts';

/** Every rule of an environment, in the shape of a rule file of Prometheus (`groups`) and of a PrometheusRule alike. */
export const ruleGroups = (place: RunbookPlace): readonly RuleGroup[] => [
  ...slos.map((slo) => ({
    name: `slo-${slo.name}`,
    interval: '1m',
    rules: [...sloRecords(slo), ...sloAlerts(place, slo)],
  })),
  { name: 'causes', interval: '1m', rules: alerts.map((facts) => alertRule(place, facts)) },
];
