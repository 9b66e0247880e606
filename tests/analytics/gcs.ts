import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderStatements } from '../../analytics/job.ts';
import { startFlink } from '../../bin/local/engines/flink.ts';
import { newestCheckpoint } from '../../bin/local/engines/flink-checkpoints.ts';
import { jobReport, submitJob, untilRunning } from '../../bin/local/engines/flink-jobs.ts';
import { startKafka } from '../../bin/local/engines/kafka.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';
import { differences } from './account.ts';
import { type Appended, disordered } from './disorder.ts';
import { guardBucket } from './gcs/append-only-bucket.ts';
import { findServer, startServer } from './gcs/fake-gcs-server.ts';
import { installPlugins, storageSettings } from './gcs/flink-plugin.ts';
import { copyObjects, objectsIn } from './gcs/objects.ts';
import { orderHistories, seeded } from './order-history.ts';
import { append, createTimedTopic } from './topics.ts';

/**
 * `npm run test:gcs`: the job with its results in an emulated bucket of Google's cloud, to which objects can only be added. Flink is
 * killed while it commits and goes on from its newest checkpoint; afterwards every figure must be exact and no row doubled. Needs Go
 * and Maven the first time; ends within three minutes. SEED repeats a run.
 */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const startOfTrade = Date.parse('2026-03-01T10:00:00Z');
const [results, temporary] = ['analytics-results', 'analytics-staging'];

async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${withinMs / 1_000} s.`);
    await sleep(5);
  }
}

const began = performance.now();
const seconds = (from: number): string => `${((performance.now() - from) / 1_000).toFixed(1)} s`;

async function compare(program: string, dir: string, ending: (() => unknown)[]): Promise<readonly string[]> {
  const logFile = (name: string) => join(dir, `${name}.log`);
  const any = undefined;
  const ports = await choosePorts({ kafka: any, controller: any, flink: any, job: any });
  const kafka = await startKafka({
    dir: join(dir, 'kafka'),
    port: ports.kafka,
    controllerPort: ports.controller,
    logFile: logFile('kafka'),
  });
  ending.push(() => kafka.stop());
  let server = '';
  const bucket = await guardBucket(results, () => server);
  ending.push(async () => {
    await bucket.stop();
    for (const asked of bucket.refused().slice(0, 5)) console.error(`The bucket of results refused: ${asked}`);
    if (bucket.refused().length > 0) process.exitCode = 1;
  });
  const storage = await startServer(program, {
    external: bucket.endpoint,
    buckets: [results, temporary],
    logFile: logFile('storage'),
  });
  ending.push(() => storage.stop());
  server = storage.endpoint;
  installPlugins(join(dir, 'plugins'), process.env);
  const start = () =>
    startFlink({
      dir: join(dir, 'flink'),
      port: ports.flink,
      jobPort: ports.job,
      logFile: logFile('flink'),
      settings: { ...storageSettings(bucket.endpoint, temporary), 'execution.checkpointing.interval': '2 s' },
      env: { FLINK_PLUGINS_DIR: join(dir, 'plugins'), NO_GCE_CHECK: 'true' },
    });
  let flink = await start();
  ending.push(() => flink.stop());

  const random = seeded(seed);
  const events = orderHistories(500, startOfTrade, 20 * 60_000, random).flatMap((one) => one.events);
  const records = disordered(events, random);
  const brokers = kafka.endpoint;
  const topic = await createTimedTopic('orders', 6, { brokers });
  const statements = renderStatements({
    brokers,
    security: { kind: 'plaintext' },
    results: `gs://${results}`,
    // No partition counts as idle, so that what is late does not hang on how long a restart takes.
    idleSeconds: 3_600,
    rolloverSeconds: 1,
    topics: { orders: topic },
    group: topic,
  });
  const half = Math.ceil(records.length / 2);
  const first = await submitJob(flink.endpoint, statements);
  await untilRunning(flink.jobs, first);
  // Of the files that the first checkpoint commits, some are there then and others are not.
  bucket.breakAfter(3);
  await append(topic, records.slice(0, half), { brokers });
  await until('a first result', () => bucket.added() >= 3);
  await flink.kill();
  bucket.breakAfter(Number.POSITIVE_INFINITY);
  const [whole, parts] = [(await objectsIn(server, results)).length, (await objectsIn(server, temporary)).length];
  const died = performance.now();
  await append(topic, records.slice(half), { brokers });
  const from = newestCheckpoint(join(dir, 'flink', 'checkpoints'));
  if (from === undefined) return ['Flink was killed and left no checkpoint.'];
  flink = await start();
  const second = await submitJob(flink.endpoint, statements, { from });
  await untilRunning(flink.jobs, second);
  console.log(`killed with ${whole} objects committed and ${parts} parts not; it runs again after ${seconds(died)}`);
  const end: Appended = { key: 'end', value: 'the day is over', ingested: startOfTrade + 86_400_000 };
  for (let partition = 0; partition < 6; partition++) await append(topic, [end], { brokers, partition });

  const copy = join(dir, 'copy');
  const ids = new Set(events.map((event) => JSON.stringify(event)));
  const unparsable = records.filter(({ value }) => value === null || !ids.has(value)).length + 6;
  const exact = async () => {
    const objects = await copyObjects(server, results, copy);
    return { objects, different: differences(copy, events, records, unparsable) };
  };
  await until('the last window', async () => (await exact()).different.length === 0, 60_000).catch(() => {});
  // What is written twice may come last.
  const before = (await jobReport(flink.jobs, second)).checkpoints;
  await until('two more checkpoints', async () => (await jobReport(flink.jobs, second)).checkpoints >= before + 2);
  const { objects, different } = await exact();
  const orphans = (await objectsIn(server, temporary)).length;
  console.log(
    `${events.length} events in ${records.length} records, ${objects} objects, ${different.length} differences; ${bucket.refused().length} deletes or overwrites of results, ${orphans} parts left in ${temporary}; seed ${seed}, ${seconds(began)}`,
  );
  return different;
}

const found = await findServer(process.env);
if ('missing' in found) {
  console.error(found.missing);
  process.exitCode = 2;
} else {
  const dir = memoryDirectory('gcs');
  const ending: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  try {
    const wrong = await compare(found.program, dir, ending);
    for (const sentence of wrong.slice(0, 20)) console.error(sentence);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    for (const end of ending.reverse()) await end();
  }
}
