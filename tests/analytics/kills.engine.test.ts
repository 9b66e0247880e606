import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderStatements } from '../../analytics/job.ts';
import { readRows } from '../../analytics/results.ts';
import { newestCheckpoint } from '../../bin/local/engines/flink-checkpoints.ts';
import { jobReport, submitJob, untilRunning } from '../../bin/local/engines/flink-jobs.ts';
import { differences } from './account.ts';
import { startClusterWorld } from './cluster-world.ts';
import type { Appended } from './disorder.ts';
import { type Scenario, scenario, startOfTrade } from './scenario.ts';
import { append } from './topics.ts';
import { environment } from './world.ts';

const orders = process.env.SOAK ? 10_000 : 500;
const kills = process.env.SOAK ? { taskManager: 10, jobManager: 3 } : { taskManager: 1, jobManager: 1 };
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`seed ${seed}`);

let cluster: Awaited<ReturnType<typeof startClusterWorld>>;
let replayed: Scenario;
beforeAll(async () => {
  cluster = await startClusterWorld();
  replayed = await scenario(orders, seed, { appended: false });
}, 1_200_000);
afterAll(() => cluster?.stop());

/** When a process dies: while windows fill, while a checkpoint is made, or when one was made and its files are committed. */
const moments = ['sink commit', 'checkpoint', 'window'] as const;

const checkpointsOf = (jobId: string): readonly string[] => {
  const folder = join(cluster.checkpoints, jobId);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('chk-')) : [];
};

async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${withinMs / 1000} s`);
    await sleep(2);
  }
}

/** Resolves in the moment; the folder of a checkpoint exists from its beginning and gets `_metadata` at its end. */
async function moment(when: (typeof moments)[number], jobId: string): Promise<void> {
  if (when === 'window') return sleep(300);
  const known = new Set(checkpointsOf(jobId));
  let fresh: string | undefined;
  await until('a checkpoint', () => {
    fresh = checkpointsOf(jobId).find((name) => !known.has(name));
    return fresh !== undefined;
  });
  if (when === 'sink commit')
    await until('its end', () => existsSync(join(cluster.checkpoints, jobId, fresh ?? '', '_metadata')));
}

test('whatever dies and whenever, every figure is that of the order table and no row is doubled', {
  timeout: 900_000,
}, async () => {
  const { topic, records, events, unparsable } = replayed;
  // No partition counts as idle, so that what is late does not hang on how long a restart takes.
  const statements = renderStatements(environment(topic, cluster.results, { idleSeconds: 3_600 }));
  let jobId = await submitJob(cluster.endpoint, statements);
  await untilRunning(cluster.jobs, jobId);

  const deaths = [
    ...Array.from({ length: kills.taskManager }, (_, n) => ({ what: 'taskManager' as const, when: moments[n % 3] })),
    ...Array.from({ length: kills.jobManager }, (_, n) => ({
      what: 'jobManager' as const,
      when: moments[(n + 1) % 3],
    })),
  ];
  const slice = Math.ceil(records.length / (deaths.length + 1));
  for (const [n, { what, when = 'window' }] of deaths.entries()) {
    await append(topic, records.slice(n * slice, (n + 1) * slice));
    if (n === 0) await until('a first result', () => readRows(cluster.results, 'orders_per_minute').length > 0);
    await moment(when, jobId);
    await cluster.kill(what);
    await cluster.start(what);
    if (what === 'jobManager') {
      const from = newestCheckpoint(cluster.checkpoints);
      expect(from).toBeDefined();
      jobId = await submitJob(cluster.endpoint, statements, { from });
    }
    const before = (await jobReport(cluster.jobs, jobId)).checkpoints;
    await untilRunning(cluster.jobs, jobId);
    await until(
      'a checkpoint after the restart',
      async () => (await jobReport(cluster.jobs, jobId)).checkpoints > before,
    );
  }
  await append(topic, records.slice(deaths.length * slice));

  const end: Appended = { key: 'end', value: 'the day is over', ingested: startOfTrade + 86_400_000 };
  for (let partition = 0; partition < 6; partition++) await append(topic, [end], { partition });
  const expected = unparsable + 6;
  await until(
    'the last window',
    () => differences(cluster.results, events, records, expected).length === 0,
    60_000,
  ).catch(() => {});
  expect(differences(cluster.results, events, records, expected)).toEqual([]);
});
