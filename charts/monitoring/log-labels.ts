/**
 * The only labels of log streams, all of them with few values: everything else of a line is found by `| json`. A label with many
 * values (an id, a route, a pod) makes a stream for each (https://grafana.com/docs/loki/latest/get-started/labels/bp-labels/).
 */
export const logLabels = ['namespace', 'service', 'level'] as const;
export type LogLabel = (typeof logLabels)[number];

/** Levels of our lines (services/kit/log.ts). */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
