import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type JobEnvironment, renderStatements, type sqlFiles } from '../../analytics/job.ts';
import { type FlinkEngine, startFlink } from '../../bin/local/engines/flink.ts';
import type { FlinkSettings } from '../../bin/local/engines/flink-config.ts';
import { openSession } from '../../bin/local/engines/flink-gateway.ts';
import { runJobToEnd } from '../../bin/local/engines/flink-jobs.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';

export type FlinkWorld = FlinkEngine & {
  readonly dir: string;
  /** A new empty folder for results. */
  folder(): string;
  /** Runs the job over what the topic holds, to its end; answers the folder of its results. */
  replay(topic: string, sources?: ReturnType<typeof sqlFiles>): Promise<string>;
};

/** One Flink for all tests of a file, in a directory of its own, on free ports. */
export async function startFlinkWorld(settings: FlinkSettings = {}): Promise<FlinkWorld> {
  const dir = memoryDirectory('one-flink');
  const any = undefined;
  const { port, jobPort } = await choosePorts({ port: any, jobPort: any });
  const flink = await startFlink({ dir: join(dir, 'flink'), port, jobPort, logFile: join(dir, 'flink.log'), settings });
  const folder = () => mkdtempSync(join(dir, 'results-'));
  return {
    ...flink,
    dir,
    folder,
    async replay(topic, sources) {
      const results = folder();
      const statements = renderStatements(environment(topic, results, { reads: 'bounded', idleSeconds: 600 }), sources);
      await runJobToEnd(flink.endpoint, statements);
      return results;
    },
    async stop() {
      const exit = await flink.stop();
      rmSync(dir, { recursive: true, force: true });
      return exit;
    },
  };
}

/** The job as it is run on a topic of the tests' Kafka, without a heartbeat. */
export const environment = (topic: string, results: string, change: Partial<JobEnvironment> = {}): JobEnvironment => ({
  brokers: inject('kafkaBrokers'),
  security: { kind: 'plaintext' },
  results: `file://${results}`,
  idleSeconds: 5,
  rolloverSeconds: 1,
  topics: { orders: topic },
  group: `analytics-${topic}`,
  ...change,
});

/** The plan by which Flink would run the statements. */
export async function planOf(endpoint: string, statements: readonly string[]): Promise<string> {
  const session = await openSession(endpoint);
  for (const one of statements.slice(0, -1)) await session.execute(one);
  const { rows } = await session.execute((statements.at(-1) ?? '').replace('EXECUTE STATEMENT', 'EXPLAIN STATEMENT'));
  await session.close();
  return rows.flat().join('\n').split('== Optimized Execution Plan ==')[1] ?? '';
}
