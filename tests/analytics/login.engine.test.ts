import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JobEnvironment, renderStatements } from '../../analytics/job.ts';
import { withPassword } from '../../analytics/kafka-options.ts';
import { readRows } from '../../analytics/results.ts';
import { cancelJob, jobReport, runJobToEnd, submitJob, untilRunning } from '../../bin/local/engines/flink-jobs.ts';
import { orderHistories, seeded } from './order-history.ts';
import { startOfTrade } from './scenario.ts';
import { type ScramKafka, startScramKafka } from './scram-kafka.ts';
import { append, createTimedTopic } from './topics.ts';
import { environment, type FlinkWorld, startFlinkWorld } from './world.ts';

const password = 'sure"ly\'secret';
let flink: FlinkWorld;
let kafka: ScramKafka;
let topic: string;
beforeAll(async () => {
  flink = await startFlinkWorld();
  kafka = await startScramKafka(join(flink.dir, 'kafka'), 'flink-analytics', 'sure-secret');
  topic = await createTimedTopic('secured', 2, { brokers: kafka.plain });
  const events = orderHistories(3, startOfTrade, 1_000, seeded(1)).flatMap((one) => one.events);
  const records = events.map((event) => ({
    key: event.subject,
    value: JSON.stringify(event),
    ingested: Date.parse(event.time),
  }));
  await append(topic, records, { brokers: kafka.plain });
}, 120_000);
afterAll(async () => {
  await kafka?.stop();
  await flink?.stop();
});

/** As it is rendered for the cloud, but for the authority, and where the brokers and the results are. */
const secured = (results: string, change: Partial<JobEnvironment> = {}): JobEnvironment => ({
  ...environment(topic, results),
  brokers: kafka.secured,
  security: { kind: 'scram', username: 'flink-analytics', truststore: kafka.authority },
  ...change,
});
const statements = (job: JobEnvironment, secret: string): readonly string[] =>
  renderStatements(job).map((one) => withPassword(one, secret));

test('the properties rendered for the cloud log in by SCRAM over TLS', { timeout: 120_000 }, async () => {
  const results = flink.folder();
  await runJobToEnd(
    flink.endpoint,
    statements(secured(results, { reads: 'bounded', idleSeconds: 600 }), 'sure-secret'),
  );
  expect(readRows(results, 'orders_per_minute').reduce((sum, row) => sum + row.created, 0)).toBe(3);
});

test.for([
  ['a wrong password', password, /authentication failed/i],
  ['the place of a password that nobody filled in', undefined, /authentication failed/i],
] as const)(
  'with %s the job does not count as running, and says why',
  { timeout: 120_000 },
  async ([, secret, why]) => {
    const results = flink.folder();
    const job = secured(results);
    const id = await submitJob(flink.endpoint, secret === undefined ? renderStatements(job) : statements(job, secret));
    const waiting = untilRunning(flink.jobs, id);
    await expect(waiting).rejects.toThrow(why);
    await expect(waiting).rejects.not.toThrow('secret');
    await cancelJob(flink.jobs, id);
    expect((await jobReport(flink.jobs, id)).running).toBe(false);
    expect(readRows(results, 'orders_per_minute')).toEqual([]);
  },
);

test('brokers whose certificate nobody vouches for are refused', { timeout: 120_000 }, async () => {
  const job = secured(flink.folder(), { security: { kind: 'scram', username: 'flink-analytics' } });
  const id = await submitJob(flink.endpoint, statements(job, 'sure-secret'));
  await expect(untilRunning(flink.jobs, id)).rejects.toThrow(/certificat|SSL|handshake/i);
  await cancelJob(flink.jobs, id);
});
