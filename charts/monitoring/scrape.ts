import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { namespace } from '../../stacks/naming.ts';

/** How often every process is asked for its metrics (specification). */
export const scrapeInterval = '15s';
const scrapeTimeout = '10s';
const path = '/metrics';

/** Label of our pods that says which service they are; it becomes the label `job` of what is scraped. */
export const serviceLabel = 'app.kubernetes.io/name';

/** What the operator is told to scrape: every pod of every service of the vocabulary, on its port for metrics. */
export const podMonitorSpec = {
  jobLabel: serviceLabel,
  namespaceSelector: { matchNames: [namespace] },
  selector: { matchExpressions: [{ key: serviceLabel, operator: 'In', values: [...serviceNames] }] },
  podMetricsEndpoints: [{ port: 'metrics', path, interval: scrapeInterval, scrapeTimeout }],
} as const;

/** The same for a Prometheus that is told its targets (`host:port` by service): jobs are called alike, so every query works there. */
export const staticScrapeConfig = (targets: Readonly<Record<ServiceName, readonly string[]>>, ruleFile?: string) => ({
  global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeTimeout, evaluation_interval: scrapeInterval },
  ...(ruleFile === undefined ? {} : { rule_files: [ruleFile] }),
  scrape_configs: serviceNames.map((name) => ({
    job_name: name,
    metrics_path: path,
    static_configs: [{ targets: [...targets[name]] }],
  })),
});
