import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { startKafka } from '../../bin/local/engines/kafka.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { consume, createKafka, createProducer, ensureTopics, readAll } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import type { TopicName } from '../../services/platform/names.ts';
import { createTopic } from '../harness/kafka.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';

const quiet = createLog('tests', 'fatal');
const client = () => createKafka('tests', inject('kafkaBrokers'), quiet);
const newGroup = () => `group-${randomBytes(4).toString('hex')}`;

async function until(done: () => boolean, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!done()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms`);
    await sleep(20);
  }
}

async function send(topic: string, values: readonly string[], key = (value: string) => value): Promise<void> {
  const producer = createProducer(client());
  await producer.send(
    topic,
    values.map((value) => ({ key: key(value), value })),
  );
  await producer.close();
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test('a send answers the partition and offset under which each record can be found', async () => {
  const topic = await createTopic('positions', 3);
  const producer = createProducer(client());
  const values = numbers(40);
  const positions = await producer.send(
    topic,
    values.map((value) => ({ key: `key-${Number(value) % 7}`, value, headers: { n: value } })),
  );
  await producer.close();
  const found = new Map(
    (await readAll(client(), topic, newGroup())).map((one) => [`${one.partition}:${one.offset}`, one]),
  );
  expect(found.size).toBe(40);
  positions.forEach((position, index) => {
    const record = found.get(`${position.partition}:${position.offset}`);
    expect(record?.value?.toString()).toBe(values[index]);
    expect(record?.headers?.n?.toString()).toBe(values[index]);
  });
});

test('what is done is read once, and a later consumer of the group starts behind it', async () => {
  const topic = await createTopic('once', 3);
  const group = newGroup();
  await send(topic, numbers(60));
  const seen: string[] = [];
  const effect = async (records: readonly { readonly value: Buffer | null }[]) => {
    seen.push(...records.map((record) => String(record.value)));
    return records.length;
  };
  const first = await consume(client(), { topic, group, effect });
  await until(() => seen.length >= 60);
  // Long enough for several more fetches, which must bring nothing.
  await sleep(700);
  await first.close();
  const second = await consume(client(), { topic, group, effect });
  await send(topic, ['last']);
  await until(() => seen.includes('last'));
  await second.close();
  expect([...seen].sort()).toEqual([...numbers(60), 'last'].sort());
});

test('an effect gets no more records at a time than it asked for', async () => {
  const topic = await createTopic('slices', 1);
  const sizes: number[] = [];
  await send(topic, numbers(25));
  const reading = await consume(client(), {
    topic,
    group: newGroup(),
    maxRecords: 10,
    async effect(records) {
      sizes.push(records.length);
      return records.length;
    },
  });
  await until(() => sizes.reduce((sum, size) => sum + size, 0) >= 25);
  await reading.close();
  expect(sizes).toEqual([10, 10, 5]);
});

test('a record that fails is read again in its place, while other partitions go on', async () => {
  const topic = await createTopic('failing', 2);
  const values = numbers(40);
  await send(topic, values);
  const byPartition = new Map<number, string[]>();
  const stuck = { partition: -1, left: 3 };
  let othersWhileStuck = 0;
  const reading = await consume(client(), {
    topic,
    group: newGroup(),
    maxRecords: 5,
    partitions: 2,
    async effect(records) {
      const partition = records[0]?.partition ?? 0;
      if (stuck.partition < 0) stuck.partition = partition;
      const done = byPartition.get(partition) ?? [];
      byPartition.set(partition, done);
      const poisoned = partition === stuck.partition && done.length === 3 && stuck.left > 0;
      if (poisoned) stuck.left -= 1;
      else if (stuck.left > 0 && partition !== stuck.partition) othersWhileStuck += records.length;
      // Three records are done, then the fourth fails until its turns are used up.
      const count = poisoned ? 0 : partition === stuck.partition && done.length === 0 ? 3 : records.length;
      done.push(...records.slice(0, count).map((record) => String(record.value)));
      return count;
    },
  });
  await until(() => [...byPartition.values()].flat().length >= 40);
  await reading.close();
  expect(stuck.left).toBe(0);
  expect(othersWhileStuck).toBeGreaterThan(0);
  const log = await readAll(client(), topic, newGroup());
  for (const [partition, done] of byPartition)
    expect(done).toEqual(log.filter((one) => one.partition === partition).map((one) => String(one.value)));
});

test('a topic with fewer partitions than declared is refused with a sentence', async () => {
  const topic = (await createTopic('narrow', 2)) as TopicName;
  const declared = { topic, partitions: 3, retentionDays: 1, deadLetter: 'none' as const };
  await expect(ensureTopics(client(), [declared], 1)).rejects.toThrow(
    `Topic ${topic} has 2 partitions where 3 are declared`,
  );
});

test('producer and consumer go on after the broker was killed and came back', async () => {
  const dir = memoryDirectory('kafka');
  mkdirSync(join(dir, 'kafka'), { recursive: true });
  const ports = await choosePorts({ kafka: undefined, controller: undefined });
  const start = () =>
    startKafka({
      dir: join(dir, 'kafka'),
      port: ports.kafka,
      controllerPort: ports.controller,
      logFile: join(dir, 'kafka.log'),
    });
  let broker = await start();
  try {
    const kafka = createKafka('tests', broker.endpoint, quiet);
    const topic = 'orders.v1' as const;
    await ensureTopics(kafka, [{ topic, partitions: 2, retentionDays: 1, deadLetter: 'none' }], 1);
    const producer = createProducer(kafka);
    const seen = new Set<string>();
    const reading = await consume(kafka, {
      topic,
      group: newGroup(),
      async effect(records) {
        for (const record of records) seen.add(String(record.value));
        return records.length;
      },
    });
    const sent: string[] = [];
    const sendUntilTaken = async (value: string) => {
      for (;;)
        try {
          await producer.send(topic, [{ key: value, value }]);
          sent.push(value);
          return;
        } catch {
          await sleep(100);
        }
    };
    for (const value of numbers(20)) await sendUntilTaken(value);
    await until(() => seen.size === 20);
    await broker.kill();
    const during = sendUntilTaken('while down');
    await sleep(1_000);
    broker = await start();
    await during;
    await sendUntilTaken('after');
    await until(() => sent.every((value) => seen.has(value)), 30_000);
    await reading.close();
    await producer.close();
    expect(sent).toHaveLength(22);
  } finally {
    await broker.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}, 90_000);
