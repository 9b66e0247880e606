import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { prometheusBinaries } from '../../../bin/local/prometheus-binaries.ts';
import { clusterRows } from '../../../charts/cluster-row.ts';
import { burnRates, errorRatio } from '../../../charts/monitoring/burn-rates.ts';
import { type AlertRule, alertRule } from '../../../charts/monitoring/rule.ts';
import { ruleGroups } from '../../../charts/monitoring/rule-groups.ts';
import { slos } from '../../../charts/monitoring/slos.ts';
import { repository } from '../../sources.ts';
import { type AlertCase, alertCases } from './alert-cases.ts';
import { emittedBuckets } from './emitted.ts';
import { rules } from './queries.ts';

const alerts = rules.filter((rule): rule is AlertRule => 'alert' in rule);
const run = promisify(execFile);

test('every alert says how urgent it is, what is lost, and has a runbook that says in order what to do', () => {
  expect(alerts.length).toBeGreaterThan(20);
  for (const { alert, labels, annotations } of alerts) {
    expect(labels.severity, alert).toMatch(/^(page|ticket)$/);
    expect(annotations.impact, alert).toMatch(/^[A-Z].{19,}\.$/);
    const [, file = ''] = /^https:\/\/.+\/(docs\/runbooks\/[a-z-]+\.md)$/.exec(annotations.runbook_url) ?? [];
    expect(existsSync(join(repository, file)), `${alert}: ${annotations.runbook_url}`).toBe(true);
    const text = readFileSync(join(repository, file), 'utf8');
    expect(text, file).toContain(alert);
    for (const part of ['## Look', '## Do']) expect(text, `${file} of ${alert}`).toContain(part);
  }
});

test('no two alerts have the same name', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test('an alert without a runbook or with an impact that says nothing cannot be made', () => {
  const place = clusterRows.prod;
  const facts = { alert: 'A', expr: 'up', severity: 'page', owner: 'platform', summary: 'a' } as const;
  expect(() => alertRule(place, { ...facts, impact: 'bad', runbook: 'a-b' })).toThrow(/must be a sentence/);
  expect(() => alertRule(place, { ...facts, impact: 'Buyers cannot buy anything.', runbook: '' })).toThrow(
    /no runbook/,
  );
});

test('the windows are those of the SRE workbook: each long window has a short one of a twelfth of it', () => {
  const minutes = (window: string) => Number(window.slice(0, -1)) * { m: 1, h: 60, d: 1_440 }[window.slice(-1) as 'm'];
  for (const { long, short } of burnRates) expect(minutes(long) / minutes(short)).toBe(12);
  const spent = burnRates.map(({ long, factor }) => Math.round((100 * factor * minutes(long)) / (30 * 1_440)));
  expect(spent).toEqual([2, 5, 10, 10]);
});

test('a promise about time names a bucket that its histogram has', async () => {
  for (const { name, indicator } of slos)
    if (indicator.kind === 'latency')
      expect(await emittedBuckets(indicator.histogram), name).toContain(indicator.seconds);
});

test('a total outage counts as one: without a single good answer the ratio is 1, not nothing', () => {
  for (const { indicator } of slos)
    if (indicator.kind !== 'time') expect(errorRatio(indicator, '5m')).toMatch(/^1 - \(sum\(.*\) or vector\(0\)\) \//);
});

test('every alert has a case in which it rings and one in which it does not', () => {
  const named = (of: (one: AlertCase) => readonly string[]) => new Set(alertCases.flatMap(of));
  const names = new Set(alerts.map(({ alert }) => alert));
  expect(named(({ ring }) => ring)).toEqual(names);
  expect(named(({ silent }) => silent)).toEqual(names);
});

const binaries = await prometheusBinaries();

/** A file of promtool's: what comes in, and how many series of each alert ring at the minute. JSON is YAML. */
const promtoolTests = (cases: readonly AlertCase[], ruleFile: string): string =>
  JSON.stringify({
    rule_files: [ruleFile],
    evaluation_interval: '1m',
    tests: cases.map(({ about, series, atMinute, ring, silent }) => ({
      name: about,
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        ...ring.map((alert) => ({ alert, rings: 1 })),
        ...silent.map((alert) => ({ alert, rings: 0 })),
      ].map(({ alert, rings }) => ({
        expr: `clamp_max(count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0), 1)`,
        eval_time: `${atMinute}m`,
        exp_samples: [{ labels: '{}', value: rings }],
      })),
    })),
  });

async function promtool(cases: readonly AlertCase[]): Promise<string> {
  if (typeof binaries === 'string') throw new Error(binaries);
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const groups = ruleGroups(clusterRows.prod);
    const files = groups.flatMap((group) => {
      const ruleFile = join(folder, `${group.name}.yaml`);
      const testFile = join(folder, `${group.name}-tests.yaml`);
      writeFileSync(ruleFile, JSON.stringify({ groups: [group] }));
      const own = cases.filter((one) => one.group === group.name);
      writeFileSync(testFile, promtoolTests(own, ruleFile));
      return own.length > 0 ? [{ ruleFile, testFile }] : [];
    });
    const checked = await run(binaries.promtool, ['check', 'rules', ...files.map(({ ruleFile }) => ruleFile)]);
    const tests = files.map(({ testFile }) => testFile);
    const tested = await run(binaries.promtool, ['test', 'rules', ...tests], { maxBuffer: 10_000_000 });
    return checked.stdout + tested.stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `FAILED\n${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (typeof binaries === 'string') console.log(`rules: only what needs no Prometheus is tested. ${binaries}`);
else {
  test('every alert rings when it should and is silent when it should, as Prometheus itself evaluates them', async () => {
    const said = await promtool(alertCases);
    expect(said.slice(0, 3_000)).not.toContain('FAILED');
    const found = [...said.matchAll(/SUCCESS: (\d+) rules found/g)].map(([, count]) => Number(count));
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(rules.length);
  }, 120_000);

  test('a case that expects the contrary fails', async () => {
    const [first] = alertCases;
    if (!first) throw new Error('there are no cases');
    expect(await promtool([{ ...first, ring: first.silent, silent: [] }])).toContain('FAILED');
  }, 60_000);
}
