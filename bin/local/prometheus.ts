import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterRows } from '../../charts/cluster-row.ts';
import type { RuleGroup } from '../../charts/monitoring/rule.ts';
import { ruleGroups } from '../../charts/monitoring/rule-groups.ts';
import { scrapeInterval, staticScrapeConfig } from '../../charts/monitoring/scrape.ts';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { freePort, isFree } from './ports.ts';
import type { PrometheusBinaries } from './prometheus-binaries.ts';
import { spawnLogged } from './spawn.ts';

export type LocalPrometheus = {
  /** Base URL of its API and pages. */
  readonly endpoint: string;
  readonly stop: () => Promise<unknown>;
};

const readyWithinMs = 20_000;

/** The rules of the cluster, computed as often as is scraped: nobody waits a minute here. */
const rules = (): readonly RuleGroup[] =>
  ruleGroups(clusterRows.dev).map((one) => ({ ...one, interval: scrapeInterval }));

/**
 * A real Prometheus over the running local platform, with the product's own interval and rules, its data below `dir`.
 * `addresses` is what .data/platform.json says. Throws when it does not become ready.
 */
export async function startPrometheus(options: {
  readonly binaries: PrometheusBinaries;
  readonly dir: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly preferredPort?: number;
}): Promise<LocalPrometheus> {
  const { dir, addresses, preferredPort } = options;
  const targets = Object.fromEntries(
    serviceNames.map((name) => [name, [new URL(addresses[`${name}-metrics`] ?? '').host]]),
  ) as unknown as Record<ServiceName, string[]>;
  const ruleFile = join(dir, 'rules.yml');
  const configFile = join(dir, 'prometheus.yml');
  const logFile = join(dir, 'prometheus.log');
  mkdirSync(dir, { recursive: true });
  // JSON is YAML.
  writeFileSync(ruleFile, JSON.stringify({ groups: rules() }));
  writeFileSync(configFile, JSON.stringify(staticScrapeConfig(targets, ruleFile), undefined, 2));
  const port = preferredPort !== undefined && (await isFree(preferredPort)) ? preferredPort : await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const running = await spawnLogged({
    name: 'prometheus',
    command: options.binaries.prometheus,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.time=1d',
    ],
    env: {},
    logFile,
  });
  const started = performance.now();
  while (!(await isReady(endpoint))) {
    if (performance.now() - started > readyWithinMs) {
      await running.stop();
      throw new Error(`Prometheus did not become ready within ${readyWithinMs / 1000} s: see ${logFile}.`);
    }
    await sleep(100);
  }
  return { endpoint, stop: () => running.stop() };
}

const isReady = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
