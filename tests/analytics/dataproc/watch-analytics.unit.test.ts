import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ordersAnalytics } from '../../../analytics/facts.ts';
import { yarnWeb } from './flink-rest.ts';
import { release, Sandbox } from './sandbox.ts';

let master: Sandbox;
let server: Server;
let url: string;
/** What Flink says; a test changes it. Offsets are those of the partitions of the orders. */
let flink: { state: string; pending: number; offsets: readonly number[]; heartbeats: number };
const now = Date.UTC(2026, 10, 28, 3, 5, 0) / 1000;

beforeEach(async () => {
  flink = { state: 'RUNNING', pending: 3, offsets: [100, 20], heartbeats: 7 };
  ({ server, url } = await yarnWeb(answer));
  master = new Sandbox();
  master.install();
  master.application('application_1_0001', release.hash);
});
afterEach(() => {
  master.remove();
  server.close();
});

const topic = ordersAnalytics.consumes[0].topic.replaceAll('.', '_');

/** The metrics of Flink by vertex, named as Flink names them. */
function metrics(vertex: string): Readonly<Record<string, number>> {
  if (vertex !== 'v1') return { 'Sink__orders_per_minute.numRecordsIn': 9 };
  const offsets = flink.offsets.map(
    (offset, at) =>
      [`Source__records[1].KafkaSourceReader.topic.${topic}.partition.${at}.currentOffset`, offset] as const,
  );
  return {
    'Source__records[1].pendingRecords': flink.pending,
    'Source__records[1].numRecordsIn': 1000 + flink.heartbeats,
    'Source__records[1].KafkaSourceReader.topic.analytics_heartbeat_v1.partition.0.currentOffset': flink.heartbeats,
    ...Object.fromEntries(offsets),
  };
}

function answer(path: string, query: URLSearchParams): unknown {
  if (path === '/jobs/overview') return { jobs: [{ jid: 'j1', state: flink.state }] };
  if (path === '/jobs/j1') return { vertices: [{ id: 'v1' }, { id: 'v2' }] };
  const vertex = /^\/jobs\/j1\/vertices\/(v\d)\/subtasks\/metrics$/.exec(path)?.[1];
  if (!vertex) return undefined;
  const known = metrics(vertex);
  const wanted = query.get('get')?.split(',');
  if (!wanted) return Object.keys(known).map((id) => ({ id }));
  return wanted.flatMap((id) => (known[id] === undefined ? [] : [{ id, [query.get('agg') ?? '']: known[id] }]));
}

const rows = (sink: string, hour: string, file: string, lines: readonly object[], secondsAgo: number) =>
  master.write(
    `buckets/results/${sink}/day=2026-11-28/hour=${hour}/${file}`,
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    now - secondsAgo,
  );

function goodResults(): void {
  rows('orders_per_minute', '02', 'part-1', [{ events: 40 }, { events: 50 }], 600);
  rows('orders_per_minute', '03', 'part-2', [{ events: 10 }], 45);
  rows('late_events', '03', 'part-1', [{ id: 'a' }], 50);
}

/** Runs the script once and gives the line that Cloud Logging got. */
async function line(more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  master.drop('logged');
  const { code, output } = await master.run('watch-analytics.sh', { YARN_WEB: url, NOW: `${now}`, ...more });
  expect(output).not.toMatch(/Traceback/);
  expect(code).toBe(0);
  const written = master.read('logged').trim().split('\n');
  expect(written).toHaveLength(1);
  expect(master.calls('gcloud').at(-1)).toMatch(/^gcloud logging write orders-analytics \{.*\} --payload-type=json$/);
  return JSON.parse(written[0] ?? '');
}

test('a job that does well: every figure is there and no problem', async () => {
  goodResults();
  await line();
  flink.offsets = [101, 20];
  expect(await line()).toEqual({
    environment: 'dev',
    running: 1,
    lag_records: 3,
    orders_flow: 1,
    seconds_since_window: 45,
    events: 100,
    late: 1,
    late_share_percent: 0.99,
  });
});

test('orders flow while their offsets grow, not while only the heartbeat does', async () => {
  goodResults();
  expect(await line()).not.toHaveProperty('orders_flow');
  flink.heartbeats = 67;
  expect(await line()).toHaveProperty('orders_flow', 0);
  flink.offsets = [100, 21];
  expect(await line()).toHaveProperty('orders_flow', 1);
});

test('after a restart of the job, whose offsets begin anew, the flow is unknown for a look', async () => {
  await line();
  flink.offsets = [0, 0];
  expect(await line()).not.toHaveProperty('orders_flow');
});

test('a job that stands still behind waiting orders: the lag is told, and that orders flow', async () => {
  goodResults();
  await line();
  flink.pending = 5000;
  expect(await line()).toMatchObject({ running: 1, lag_records: 5000, orders_flow: 1 });
});

test('late events are counted against all events of the last two hours, older ones are not', async () => {
  goodResults();
  rows('orders_per_minute', '01', 'part-0', [{ events: 100_000 }], 7000);
  rows('late_events', '02', 'part-0', [{ id: 'b' }, { id: 'c' }, { id: 'd' }, { id: 'e' }], 3000);
  expect(await line()).toMatchObject({ events: 100, late: 5, late_share_percent: 4.76 });
});

test('files that are not committed are no windows', async () => {
  goodResults();
  rows('orders_per_minute', '03', '.part-3.inprogress', [{ events: 7 }], 1);
  rows('orders_per_minute', '03', '_part-3', [{ events: 7 }], 1);
  expect(await line()).toMatchObject({ events: 100, seconds_since_window: 45 });
});

test('without a window in two hours the age is that of the older hour, and no share is made up', async () => {
  const found = await line();
  expect(found).toMatchObject({ seconds_since_window: 3900, events: 0, late: 0 });
  expect(found).not.toHaveProperty('late_share_percent');
});

const figures = ['lag_records', 'orders_flow'];
test.each<readonly [string, () => void, RegExp]>([
  ['YARN does not answer', () => master.write('yarn-down', ''), /yarn application -list failed: .*Connection refused/],
  ['no application runs', () => master.drop('applications'), /no application orders-analytics runs/],
  [
    'the application is only accepted',
    () => master.application('application_1_0001', 'x', 'ACCEPTED'),
    /no application/,
  ],
  ['two applications run', () => master.application('application_1_0002', 'x'), /2 application orders-analytics/],
  ['the job restarts', () => (flink.state = 'RESTARTING'), /the job does not run: RESTARTING/],
])('%s: running is 0, lag and flow are left out, and the windows are told all the same', async (_, plant, problem) => {
  goodResults();
  plant();
  const found = await line();
  expect(found).toMatchObject({ running: 0, seconds_since_window: 45, events: 100 });
  expect(found.problem).toMatch(problem);
  for (const figure of figures) expect(found).not.toHaveProperty(figure);
});

test('a Flink that does not answer is no running job', async () => {
  goodResults();
  const found = await line({ YARN_WEB: 'http://127.0.0.1:1' });
  expect(found).toMatchObject({ running: 0, problem: expect.stringMatching(/refused/) });
  for (const figure of figures) expect(found).not.toHaveProperty(figure);
});

test('results that cannot be listed are not told as none', async () => {
  goodResults();
  master.write('gcloud-fails/storage ls', 'ERROR: HTTPError 403: no access');
  const found = await line();
  expect(found).toMatchObject({
    running: 1,
    lag_records: 3,
    problem: expect.stringMatching(/windows or events unknown: .*403/),
  });
  for (const figure of ['seconds_since_window', 'events', 'late', 'late_share_percent'])
    expect(found).not.toHaveProperty(figure);
});

test('late events that cannot be read leave the share out', async () => {
  goodResults();
  master.write('gcloud-fails/late_events', 'ERROR: HTTPError 503');
  const found = await line();
  expect(found).toMatchObject({ seconds_since_window: 45, problem: expect.stringMatching(/503/) });
  for (const figure of ['events', 'late', 'late_share_percent']) expect(found).not.toHaveProperty(figure);
});

test('when the program itself breaks, a line says so, and an unwritten line is a failure', async () => {
  master.write('root/usr/local/lib/orders-analytics/analytics-line.py', 'raise SystemExit(1)');
  expect(await line()).toEqual({
    environment: 'dev',
    running: 0,
    problem: expect.stringMatching(/analytics-line\.py failed/),
  });
  master.write('gcloud-fails/logging write', 'ERROR: PERMISSION_DENIED');
  const { code, output } = await master.run('watch-analytics.sh');
  expect(output).toMatch(/logging\.logWriter/);
  expect(code).toBe(1);
});
