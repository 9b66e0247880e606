import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { yarnWeb } from './flink-rest.ts';
import { release, Sandbox } from './sandbox.ts';

let master: Sandbox;
let server: Server | undefined;
const older = 'a'.repeat(64);
const checkpoints = 'buckets/checkpoints/orders-analytics';
const now = Math.floor(Date.now() / 1000);

beforeEach(() => {
  master = new Sandbox();
  master.publish();
  master.install();
  master.write('secret', JSON.stringify({ username: 'flink-analytics', password: 'correct-horse' }));
});
afterEach(() => {
  master.remove();
  server?.close();
  server = undefined;
});

/** Lets Flink answer with these jobs; gives the environment that points there. */
async function jobs(...states: readonly string[]): Promise<Record<string, string>> {
  const overview = { jobs: states.map((state, at) => ({ jid: `job${at}`, state })) };
  const web = await yarnWeb((path) => (path === '/jobs/overview' ? overview : undefined));
  server = web.server;
  return { YARN_WEB: web.url };
}

const snapshot = (path: string, secondsAgo: number, file = '_metadata') =>
  master.write(`${checkpoints}/${path}/${file}`, '1', now - secondsAgo);

/** Runs until the job is watched, and gives the only submission. */
async function submission(more: Record<string, string> = {}): Promise<string> {
  const running = master.start('orders-analytics.sh', more);
  await running.until('watching');
  running.signal('SIGTERM');
  await running.ended;
  expect(master.calls('sql-client.sh')).toHaveLength(1);
  return master.calls('sql-client.sh')[0] ?? '';
}

test('the first start submits the current release from the first event on, and says so', async () => {
  const running = master.start('orders-analytics.sh');
  expect(await running.until('watching application_2_0001')).toBe(true);
  running.signal('SIGTERM');
  const { output } = await running.ended;
  expect(output).toMatch(
    /no checkpoint in gs:\/\/checkpoints\/orders-analytics yet: the job starts at the first event/,
  );
  const [call] = master.calls('sql-client.sh');
  for (const setting of [
    'execution.target=yarn-application',
    'yarn.application.name=orders-analytics',
    `yarn.tags=${release.hash}`,
    'yarn.application-attempts=1',
    'parallelism.default=1',
    'execution.checkpointing.interval=60s',
    'execution.checkpointing.dir=gs://checkpoints/orders-analytics/checkpoints',
    'execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION',
    'gs.writer.temporary.bucket.name=temporary',
    'state.backend.type=hashmap',
  ])
    expect(call?.split(' ')).toContain(`-D${setting}`);
  expect(call).not.toContain('state-recovery');
});

test('it goes on from the newest complete checkpoint of any job: by time, not by number', async () => {
  snapshot('checkpoints/aaaa/chk-9', 3000);
  snapshot('checkpoints/ffff/chk-120', 2000);
  snapshot('checkpoints/bbbb/chk-7', 1000);
  snapshot('checkpoints/bbbb/chk-8', 10, 'part-1');
  snapshot('checkpoints/bbbb/shared', 5);
  expect(await submission()).toMatch(
    /state-recovery\.path=gs:\/\/checkpoints\/orders-analytics\/checkpoints\/bbbb\/chk-7$/,
  );
});

test('a savepoint that is newer than all checkpoints comes first, also within the same second', async () => {
  snapshot('checkpoints/bbbb/chk-10', 100);
  snapshot('checkpoints/bbbb/chk-9', 100);
  snapshot('savepoints/savepoint-cc-1', 100);
  expect(await submission()).toMatch(/path=\S+\/savepoints\/savepoint-cc-1$/);
});

test('checkpoints that cannot be listed are no first start', async () => {
  snapshot('checkpoints/bbbb/chk-7', 1000);
  master.write('gcloud-fails/storage ls', 'ERROR: (gcloud.storage.ls) HTTPError 403: no storage.objects.list access');
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(/cannot be listed .*403.*count everything twice/);
  expect(code).toBe(1);
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('windows without a checkpoint are no first start either', async () => {
  master.write('buckets/results/orders_per_minute/day=2026-11-28/hour=02/part-1', '{"events":1}\n');
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(/windows in gs:\/\/results and no checkpoint .*counted twice/);
  expect(code).toBe(1);
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('an application of the same release is watched and not doubled', async () => {
  master.application('application_1_0001', release.hash);
  const running = master.start('orders-analytics.sh');
  expect(await running.until('watching application_1_0001')).toBe(true);
  expect(master.calls('sql-client.sh')).toEqual([]);
  expect(master.calls('gcloud').join()).not.toContain('secrets');
  running.signal('SIGTERM');
  await running.ended;
});

test.each(['ACCEPTED', 'SUBMITTED', 'NEW'])('an application that YARN has only %s is not doubled', async (state) => {
  master.application('application_1_0001', release.hash, state);
  master.application('application_1_0002', release.hash, 'RUNNING', 'orders-analytics-of-somebody');
  const running = master.start('orders-analytics.sh');
  expect(await running.until('watching application_1_0001')).toBe(true);
  running.signal('SIGTERM');
  await running.ended;
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('two at once submit one job', async () => {
  const one = master.start('orders-analytics.sh');
  await one.until('watching');
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(/another orders-analytics\.sh runs/);
  expect(code).toBe(1);
  expect(master.calls('sql-client.sh')).toHaveLength(1);
  one.signal('SIGTERM');
  await one.ended;
});

test('an older release is stopped with a savepoint, from which the current one goes on', async () => {
  snapshot('checkpoints/bbbb/chk-7', 1000);
  master.application('application_1_0001', older);
  const call = await submission(await jobs('FINISHED', 'RUNNING'));
  expect(master.calls('flink')).toEqual([
    'flink stop -t yarn-application -Dyarn.application.id=application_1_0001 --savepointPath gs://checkpoints/orders-analytics/savepoints job1',
  ]);
  expect(master.calls('yarn').join()).not.toContain('-kill');
  expect(call).toMatch(/path=\S+\/savepoints\/savepoint-abc-1$/);
  expect(call).toContain(`-Dyarn.tags=${release.hash}`);
});

test('an older release that makes no savepoint is killed, and its newest checkpoint is used', async () => {
  snapshot('checkpoints/bbbb/chk-7', 1000);
  master.write('stop-fails', '');
  master.application('application_1_0001', older);
  expect(await submission(await jobs('RUNNING'))).toMatch(/path=\S+\/bbbb\/chk-7$/);
  expect(master.calls('yarn')).toContain('yarn application -kill application_1_0001');
});

test('while an older release cannot be ended, no second job is started', async () => {
  master.write('stop-fails', '');
  master.write('kill-fails', '');
  master.application('application_1_0001', older);
  const { code, output } = await master.run('orders-analytics.sh', await jobs('RUNNING'));
  expect(output).toMatch(/cannot be ended \(not allowed\)/);
  expect(code).toBe(1);
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('more than one application is a matter for a person', async () => {
  master.application('application_1_0001', release.hash);
  master.application('application_1_0002', older);
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(/more than one orders-analytics \(application_1_0001, application_1_0002\)/);
  expect(code).toBe(1);
});

test.each([
  ['FAILED', /application_2_0001 ended \(FAILED, UNDEFINED\): yarn logs|YARN runs no orders-analytics/],
  ['nothing', /sql-client\.sh is done and YARN runs no orders-analytics/],
])('a submission of which sql-client says 0 and YARN says %s fails', async (state, sentence) => {
  master.write('becomes', state);
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(sentence);
  expect(code).toBe(1);
});

test.each(['FAILED', 'FINISHED', 'KILLED'])(
  'a watched application that ends %s ends the service with a failure',
  async (state) => {
    master.application('application_1_0001', release.hash);
    const running = master.start('orders-analytics.sh');
    await running.until('watching');
    master.write('applications/application_1_0001/state', `${state}\n`);
    const { code, output } = await running.ended;
    expect(output).toContain(`application_1_0001 ended (${state}, UNDEFINED)`);
    expect(code).toBe(1);
  },
);

test('an application whose job has failed is killed, so that the next start is a new one', async () => {
  master.application('application_1_0001', release.hash);
  const { code, output } = await master.run('orders-analytics.sh', await jobs('FAILED'));
  expect(output).toMatch(/ran without a job \(job0 FAILED\) and was killed/);
  expect(code).toBe(1);
  expect(master.read('applications/application_1_0001/state')).toBe('KILLED\n');
});

test('a job that restarts is left alone', async () => {
  master.application('application_1_0001', release.hash);
  const running = master.start('orders-analytics.sh', await jobs('RESTARTING'));
  await running.until('watching');
  while (master.calls('yarn').filter((call) => call.includes('-status')).length < 8)
    await new Promise((resolve) => setTimeout(resolve, 20));
  running.signal('SIGTERM');
  expect((await running.ended).code).toBe(143);
  expect(master.calls('yarn').join()).not.toContain('-kill');
});

test.each<readonly [string, () => void, RegExp]>([
  [
    'YARN is not up',
    () => master.write('yarn-down', ''),
    /YARN does not answer \(.*Connection refused\): look at hadoop-yarn-resourcemanager/,
  ],
  [
    'the release is missing',
    () => master.drop('buckets/artifacts/orders-analytics/releases'),
    /release [0-9a-f]{64} is missing in gs:\/\/artifacts/,
  ],
  ['nothing is current', () => master.drop('buckets/artifacts/orders-analytics/current'), /current cannot be read/],
])('%s: a sentence, a failure, and no job', async (_, plant, sentence) => {
  plant();
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(sentence);
  expect(code).toBe(1);
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('YARN that stops answering ends the watch, and YARN that comes late is waited for', async () => {
  master.write('yarn-down', '');
  const running = master.start('orders-analytics.sh', { ORDERS_ANALYTICS_PATIENCE: '40' });
  while (master.calls('yarn').length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  master.drop('yarn-down');
  expect(await running.until('watching')).toBe(true);
  running.signal('SIGTERM');
  await running.ended;
  const again = master.start('orders-analytics.sh');
  await again.until('watching');
  master.write('yarn-down', '');
  const { code, output } = await again.ended;
  expect(output).toMatch(/YARN does not tell the state of application_2_0001/);
  expect(code).toBe(1);
});
