import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type JobEnvironment, renderScript, renderStatements } from '../../analytics/job.ts';
import { startFlink } from './engines/flink.ts';
import { newestCheckpoint } from './engines/flink-checkpoints.ts';
import { hasEnded, jobReport, submitJob, untilRunning } from './engines/flink-jobs.ts';
import type { Running } from './spawn.ts';
import type { Unit } from './supervisor.ts';
import type { PortName, UnitName } from './unit-names.ts';

/** Where the results are, in the layout of the bucket. */
export const analyticsResults = (dataDir: string): string => join(dataDir, 'analytics');
const checkpointsOf = (dir: string): string => join(dir, 'checkpoints');

/**
 * Flink with the job on it: one unit, since either is useless without the other. The job goes on from its newest complete
 * checkpoint; when it ends by itself, Flink is ended too, and the supervisor starts both again.
 */
export function analyticsUnit(options: {
  readonly dataDir: string;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly brokers: string;
}): Unit<UnitName> {
  const { dataDir, ports, brokers } = options;
  const dir = join(dataDir, 'flink');
  const environment: JobEnvironment = {
    brokers,
    security: { kind: 'plaintext' },
    results: pathToFileURL(analyticsResults(dataDir)).href,
    idleSeconds: 5,
    rolloverSeconds: 1,
  };
  return {
    name: 'orders-analytics',
    after: ['kafka'],
    layer: 4,
    async launch(_extra, signal) {
      beginAnewIfChanged(dataDir, renderScript({ ...environment, brokers: 'any', results: 'any' }));
      const flink = await startFlink({
        dir,
        port: ports['orders-analytics'],
        jobPort: ports['orders-analytics-jobs'],
        logFile: join(dataDir, 'logs', 'orders-analytics.log'),
        signal,
      });
      try {
        const from = newestCheckpoint(checkpointsOf(dir));
        const jobId = await submitJob(flink.endpoint, renderStatements(environment), { from, withinMs: patienceMs });
        await untilRunning(flink.jobs, jobId, patienceMs);
        void endWithJob(flink, flink.jobs, jobId);
      } catch (error) {
        await flink.stop();
        throw error;
      }
      return { endpoint: flink.jobs, process: flink };
    },
  };
}

/**
 * A checkpoint fits the job that made it. When the text of the job has changed, its results and checkpoints are put aside, and it
 * reads everything again that the topic still keeps.
 */
export function beginAnewIfChanged(dataDir: string, text: string): void {
  const dir = join(dataDir, 'flink');
  const mark = join(dir, 'job.sha256');
  const hash = createHash('sha256').update(text).digest('hex');
  const before = existsSync(mark) ? readFileSync(mark, 'utf8') : hash;
  mkdirSync(dir, { recursive: true });
  if (before !== hash)
    for (const folder of [analyticsResults(dataDir), checkpointsOf(dir)])
      if (existsSync(folder)) renameSync(folder, `${folder}.of-${before.slice(0, 12)}.${Date.now()}`);
  writeFileSync(mark, hash);
}

/** Nobody waits for the job, and a machine that starts everything at once is slow. */
const patienceMs = 300_000;
/** Longer than Flink needs to start a failed job again. */
const goneForMs = 20_000;

async function endWithJob(process: Running, jobs: string, jobId: string): Promise<void> {
  let ended = false;
  void process.exited.then(() => {
    ended = true;
  });
  for (let lastSeen = performance.now(); !ended; await sleep(2_000)) {
    const { state } = await jobReport(jobs, jobId);
    if (!hasEnded(state)) lastSeen = performance.now();
    else if (performance.now() - lastSeen > goneForMs) return void (await process.kill());
  }
}
