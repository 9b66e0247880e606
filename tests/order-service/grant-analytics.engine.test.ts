import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createKafka, ensureTopics } from '../../services/kit/kafka.ts';
import { bringAcls } from '../../services/kit/kafka-acls.ts';
import { createLog } from '../../services/kit/log.ts';
import { platform, publications } from '../../services/platform/platform.ts';
import { flinkUserName } from '../../stacks/naming.ts';
import { eventually, read, startSignedKafka, write } from './signed-kafka.ts';

let broker: Awaited<ReturnType<typeof startSignedKafka>>;
const administrator = () => createKafka('tests', broker.endpoint, createLog('tests', 'fatal'));
const analytics = () => broker.as(flinkUserName);
const principal = `User:${flinkUserName}`;
const group = 'flink-analytics';
const heartbeat = 'analytics.heartbeat.v1';

beforeAll(async () => {
  broker = await startSignedKafka([flinkUserName, 'keeper', 'looker', 'nobody']);
  await ensureTopics(administrator(), publications(platform), 1);
  for (const topic of ['orders.v1', 'orders.v1.dlq']) await write(administrator(), topic);
});
afterAll(() => broker?.stop());

const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** Runs the job as its image does. */
const grant = (environment: Readonly<Record<string, string>> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const script = join(import.meta.dirname, '../../services/order-service/grant-analytics.ts');
    const env = { KAFKA_BROKERS: broker.endpoint, ANALYTICS_USER: flinkUserName, ...environment };
    execFile(process.execPath, [...quiet, script], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

/** What the brokers let a user do that must never be given. */
const beyond = async (kafka: ReturnType<typeof analytics>) => ({
  'write orders.v1': await write(kafka, 'orders.v1'),
  'write orders.v1.dlq': await write(kafka, 'orders.v1.dlq'),
  'read orders.v1.dlq': await read(kafka, 'orders.v1.dlq', group),
  'read orders.v1 in another group': await read(kafka, 'orders.v1', 'flink-analytics-2'),
  'change ACLs': await bringAcls(kafka, principal, []).then(
    () => 'changed',
    (error) => error.cause.type,
  ),
});
const refused = {
  'write orders.v1': 'TOPIC_AUTHORIZATION_FAILED',
  'write orders.v1.dlq': 'TOPIC_AUTHORIZATION_FAILED',
  'read orders.v1.dlq': 'TOPIC_AUTHORIZATION_FAILED',
  // How the client puts GROUP_AUTHORIZATION_FAILED.
  'read orders.v1 in another group': 'Failed to find group coordinator',
  'change ACLs': 'CLUSTER_AUTHORIZATION_FAILED',
};

test('the analytics reads and writes nothing before the job, its own topics after it, and nothing else ever', async () => {
  expect(await read(analytics(), 'orders.v1', group)).toBe('TOPIC_AUTHORIZATION_FAILED');
  expect(await write(analytics(), heartbeat)).toMatch(/AUTHORIZATION_FAILED/);

  expect(await grant()).toEqual({
    code: 0,
    out:
      `${principal}: added allow describe on topic orders.v1, allow read on topic orders.v1, ` +
      'allow describe on group flink-analytics, allow read on group flink-analytics, ' +
      `allow describe on topic ${heartbeat}, allow read on topic ${heartbeat}, allow write on topic ${heartbeat}\n`,
    err: '',
  });
  expect(await eventually('a record', () => read(analytics(), 'orders.v1', group))).toBe('a record');
  expect(await eventually('written', () => write(analytics(), heartbeat))).toBe('written');
  expect(await read(analytics(), heartbeat, group)).toBe('a record');
  expect(await beyond(analytics())).toEqual(refused);

  expect(await grant()).toEqual({ code: 0, out: `${principal}: up to date\n`, err: '' });
});

test('what somebody gave it by hand is taken away, and what was taken from it comes back', async () => {
  await grant();
  const admin = administrator().admin();
  await admin.connect();
  const acl = (changes: object) => ({
    ...{ resourceType: 2, resourceName: 'orders.v1.dlq', resourcePatternType: 3 },
    ...{ principal, host: '*', operation: 3, permissionType: 3, ...changes },
  });
  const everything = { resourceName: 'orders', resourcePatternType: 4, operation: 2 };
  await admin.createAcls({ acl: [acl({}), acl(everything), acl({ resourceType: 4, resourceName: 'kafka-cluster' })] });
  const [ofAnother, denied] = [acl({ principal: 'User:nobody' }), acl({ permissionType: 2, host: '10.1.2.3' })];
  await admin.createAcls({ acl: [ofAnother, denied] });
  await admin.deleteAcls({ filters: [acl({ resourceName: 'orders.v1' })] });
  expect(await eventually('a record', () => read(analytics(), 'orders.v1.dlq', group))).toBe('a record');
  expect(await eventually('written', () => write(analytics(), 'orders.v1'))).toBe('written');

  const { code, out } = await grant();
  const [added, removed] = out.trim().split('; took away ');
  expect([code, added]).toEqual([0, `${principal}: added allow read on topic orders.v1`]);
  expect(removed?.split(', ').toSorted()).toEqual([
    'allow all on topic orders (prefixed)',
    'allow read on cluster kafka-cluster',
    'allow read on topic orders.v1.dlq',
    'deny read on topic orders.v1.dlq from 10.1.2.3',
  ]);
  const reading = () => read(analytics(), 'orders.v1.dlq', group);
  expect(await eventually('TOPIC_AUTHORIZATION_FAILED', reading)).toBe('TOPIC_AUTHORIZATION_FAILED');
  expect(await beyond(analytics())).toEqual(refused);
  expect(await read(analytics(), 'orders.v1', group)).toBe('a record');
  // Of others nothing is taken: the dead letters may still be read by whom somebody let.
  const { resources } = await admin.describeAcls({ ...ofAnother, resourceType: 1, resourcePatternType: 1 });
  expect(resources.flatMap(({ acls }) => acls.map((one) => one.principal))).toEqual(['User:nobody']);
  await admin.disconnect();
});

test('Describe and Alter on the cluster are enough to do it, and with less the job says what is missing', async () => {
  const cluster = (user: string, operation: number) => ({
    ...{ resourceType: 4, resourceName: 'kafka-cluster', resourcePatternType: 3 },
    ...{ principal: `User:${user}`, host: '*', operation, permissionType: 3 },
  });
  const [alter, describe] = [7, 8];
  const admin = administrator().admin();
  await admin.connect();
  await admin.createAcls({ acl: [cluster('keeper', alter), cluster('keeper', describe), cluster('looker', describe)] });
  await admin.disconnect();
  const wanted = [{ on: 'topic', name: 'orders.v1', may: 'read' }] as const;
  const bring = (user: string, of = 'User:somebody') =>
    bringAcls(broker.as(user), of, wanted).then(
      ({ added }) => added.join(),
      (error) => error.message,
    );
  expect(await eventually('allow read on topic orders.v1', () => bring('keeper'))).toBe(
    'allow read on topic orders.v1',
  );
  expect(await eventually('', () => bring('keeper'))).toBe('');
  for (const user of ['looker', 'nobody'])
    expect(await bring(user, 'User:somebody-else')).toBe(
      'The ACLs of User:somebody-else were not brought to what they should be: this login may not see or change ACLs. It ' +
        'needs Describe and Alter on the cluster; a role of AWS needs kafka-cluster:Connect, ' +
        'kafka-cluster:DescribeCluster and kafka-cluster:AlterCluster.',
    );
});

test('the job ends with a sentence when it lacks a variable or its brokers', async () => {
  expect(await grant({ ANALYTICS_USER: '*' })).toMatchObject({
    code: 1,
    err: 'Environment variable ANALYTICS_USER: must be the name of one user\n',
  });
  const { code, err } = await grant({ KAFKA_BROKERS: '127.0.0.1:1' });
  expect([code, err]).toEqual([1, expect.stringMatching(/^The ACLs of User:flink-analytics were not .*ECONNREFUSED/)]);
});

test('without a login it goes to no broker elsewhere', async () => {
  expect(await grant({ KAFKA_BROKERS: 'b-1.kafka.example:9098' })).toEqual({
    code: 1,
    out: '',
    err: 'The broker b-1.kafka.example is not on this machine: it needs KAFKA_AUTH=aws-iam.\n',
  });
});

test('brokers that check no ACLs are not taken for guarded ones', async () => {
  const { code, err } = await grant({ KAFKA_BROKERS: inject('kafkaBrokers') });
  expect([code, err]).toEqual([1, expect.stringMatching(/: the brokers have no authorizer, so everybody may do/)]);
});

test.each([
  ['User:*', [], 'User:* is not one user: say User:name.'],
  ['somebody', [], 'somebody is not one user: say User:name.'],
  [principal, [{ on: 'topic', name: '*', may: 'read' }], 'read on topic "*": that is no name of one topic.'],
  [principal, [{ on: 'group', name: '', may: 'read' }], 'read on group "": that is no name of one group.'],
] as const)('rights of everybody or on everything are refused: %s %o', async (of, wanted, sentence) => {
  await expect(bringAcls(administrator(), of, wanted)).rejects.toThrow(sentence);
});
