import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import postgres from 'postgres';
import { expect, onTestFinished, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { startDynamodb } from '../../bin/local/engines/dynamodb.ts';
import type { Engine } from '../../bin/local/engines/engine.ts';
import { startKafka } from '../../bin/local/engines/kafka.ts';
import { startPostgres } from '../../bin/local/engines/postgres.ts';
import { unprivilegedUser } from '../../bin/local/engines/postgres-system.ts';
import { freePort } from '../../bin/local/ports.ts';
import { tables } from '../../bin/local/table-list.ts';
import { ensureTables } from '../../bin/local/tables.ts';
import { ensureDeclaredTopics } from '../../bin/local/topics.ts';
import { createKafka, createProducer, readAll } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const log = createLog('tests', 'fatal');
type Start<E> = (options: { dir: string; port: number; logFile: string }) => Promise<E>;

/** Starts an engine on the same directory as often as asked, on another port each time, and stops the last one. */
async function restartable<E extends Engine>(start: Start<E>): Promise<{ readonly dir: string; again(): Promise<E> }> {
  const dir = temporaryDirectory();
  let last: E | undefined;
  onTestFinished(async () => void (await last?.stop()));
  return {
    dir,
    async again() {
      last = await start({ dir: join(dir, 'engine'), port: await freePort(), logFile: join(dir, 'engine.log') });
      return last;
    },
  };
}

test.each(['stop', 'kill'] as const)('PostgreSQL has what was committed after a %s and a new start', async (how) => {
  const engine = await restartable(startPostgres);
  const first = await engine.again();
  const sql = postgres(first.endpoint, { max: 1, onnotice: () => {} });
  await sql`create table kept as select 42 as answer`;
  const cut = sql.end({ timeout: 1 }).catch(() => {});
  await first[how]();
  await cut;
  const second = postgres((await engine.again()).endpoint, { max: 1 });
  expect([...(await second`select answer from kept`)]).toEqual([{ answer: 42 }]);
  await second.end();
});

test('a lock file whose process number is somebody else’s by now does not keep PostgreSQL from starting', async () => {
  const engine = await restartable(startPostgres);
  await (await engine.again()).kill();
  // PostgreSQL minds only a process that it may signal: one of its own user.
  const bystander = spawn('sleep', ['60'], unprivilegedUser() ?? {});
  onTestFinished(() => void bystander.kill('SIGKILL'));
  writeFileSync(join(engine.dir, 'engine', 'data', 'postmaster.pid'), `${bystander.pid}\n`);
  const sql = postgres((await engine.again()).endpoint, { max: 1 });
  expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  await sql.end();
});

test.each(['stop', 'kill'] as const)('DynamoDB has what was acknowledged after a %s and a new start', async (how) => {
  const engine = await restartable(startDynamodb);
  const connect = async (endpoint: string) => {
    const client = new DynamoDBClient({ ...localAws, endpoint });
    onTestFinished(() => client.destroy());
    await ensureTables(client, [tables['ecommerce-carts']]);
    return client;
  };
  const first = await engine.again();
  const TableName = 'ecommerce-carts';
  const Item = { pk: 'CART#kept', sk: 'META' };
  await (await connect(first.endpoint)).send(new PutCommand({ TableName, Item }));
  await first[how]();
  const second = await connect((await engine.again()).endpoint);
  expect((await second.send(new GetCommand({ TableName, Key: Item }))).Item).toEqual(Item);
});

test.each(['stop', 'kill'] as const)('Kafka has what was acknowledged after a %s and a new start', async (how) => {
  const controllerPort = await freePort();
  const engine = await restartable((options) => startKafka({ ...options, controllerPort }));
  const first = await engine.again();
  await ensureDeclaredTopics(first.endpoint);
  const producer = createProducer(createKafka('tests', first.endpoint, log));
  await producer.send('orders.v1', [{ key: 'ord_1', value: 'kept' }]);
  await producer.close();
  await first[how]();
  const second = await engine.again();
  const records = await readAll(createKafka('tests', second.endpoint, log), 'orders.v1', 'tests');
  expect(records.map((record) => record.value?.toString())).toEqual(['kept']);
});

test('an engine whose port somebody else took is not taken for ours', async () => {
  const engine = await restartable(startPostgres);
  const other = await restartable(startPostgres);
  const theirs = await other.again();
  const { dir } = engine;
  const { port } = new URL(theirs.endpoint);
  const started = startPostgres({ dir: join(dir, 'engine'), port: Number(port), logFile: join(dir, 'engine.log') });
  await expect(started).rejects.toThrow(/^postgres ended while it was starting .*in use/);
});
