import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { freePort } from '../../bin/local/ports.ts';
import { type Running, spawnLogged } from '../../bin/local/spawn.ts';
import { createKafka, createProducer } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import { claimMs } from '../../services/notification-lambda/deliveries.dynamo.ts';
import type { OrderEvent } from '../../services/order-service/events.ts';
import { createTopic } from '../harness/kafka.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';
import { type Arranged, arrange, mailsFor, orderEvent } from './arrange.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const dir = memoryDirectory('event-source');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function startSource(
  platform: Arranged,
  topic: string,
  group: string,
  more: Record<string, string> = {},
): Promise<Running & { readonly url: string }> {
  const port = await freePort();
  const running = await spawnLogged({
    name: 'event-source',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', path('bin/local/event-source.ts')],
    logFile: join(dir, 'event-source.log'),
    env: {
      PORT: String(port),
      LOG_LEVEL: 'warn',
      KAFKA_BROKERS: inject('kafkaBrokers'),
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      EVENT_TOPIC: topic,
      EVENT_GROUP: group,
      FUNCTION_HANDLER: path('services/notification-lambda/handler.ts'),
      CONTACTS_TABLE: platform.tables.contacts,
      NOTIFICATIONS_TABLE: platform.tables.notifications,
      MAIL_FROM: 'orders@shop.example',
      AWS_REGION: localAws.region,
      AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
      AWS_ENDPOINT_URL_SESV2: inject('sesEndpoint'),
      ...more,
    },
  });
  return { ...running, url: `http://127.0.0.1:${port}` };
}

async function publish(topic: string, events: readonly (OrderEvent | string)[]): Promise<void> {
  const kafka = createKafka('tests', inject('kafkaBrokers'), createLog('tests', 'fatal'));
  const producer = createProducer(kafka);
  await producer.send(
    topic,
    events.map((event) =>
      typeof event === 'string'
        ? { key: event, value: event }
        : { key: event.data.order_id, value: JSON.stringify(event) },
    ),
  );
  await producer.close();
}

const statusOf = (url: string) =>
  fetch(url).then(
    (answer) => answer.status,
    () => 0,
  );

async function count(events: readonly OrderEvent[], platform: Arranged) {
  const mails = await mailsFor(events);
  const each = await Promise.all(
    events.map(async (event) => ({
      mails: mails.get(event.id)?.length ?? 0,
      record: await platform.delivery(event),
    })),
  );
  return {
    lost: each.filter((one) => one.mails === 0).length,
    recorded: each.filter((one) => one.record?.status === 'sent').length,
    extra: each.reduce((sum, one) => sum + Math.max(0, one.mails - 1), 0),
    possibleExtra: each.reduce((sum, one) => sum + Number(one.record?.possible_extra_mails ?? 0), 0),
  };
}

async function arranged(name: string, events: number) {
  const platform = await arrange();
  const topic = await createTopic(name, 3);
  const group = `${name}-${randomBytes(4).toString('hex')}`;
  const made = Array.from({ length: events }, () => orderEvent());
  for (const event of made) await platform.contact(event);
  return { platform, topic, group, events: made };
}

test('records of the topic reach the function, poison holds nothing up, and a restart mails nothing again', async () => {
  const { platform, topic, group, events } = await arranged('steady', 30);
  await publish(topic, [...events.slice(0, 15), 'poison', ...events.slice(15)]);
  for (let time = 0; time < 2; time += 1) {
    const source = await startSource(platform, topic, group);
    try {
      await expect.poll(() => statusOf(`${source.url}/readyz`), { timeout: 15_000 }).toBe(200);
      expect(await statusOf(`${source.url}/livez`)).toBe(200);
      await expect
        .poll(async () => (await count(events, platform)).recorded, { timeout: 15_000, interval: 200 })
        .toBe(30);
    } finally {
      expect(await source.stop()).toEqual({ code: 0, signal: null });
    }
  }
  expect(await count(events, platform)).toEqual({ lost: 0, recorded: 30, extra: 0, possibleExtra: 0 });
  const rejected = await Promise.all([0, 1, 2].map((partition) => platform.rejected(`${topic}-${partition}`)));
  expect(rejected.flat()).toHaveLength(1);
});

test('told to end in the middle of a batch, it finishes the mail at hand and leaves the rest to the next one', async () => {
  const { platform, topic, group, events } = await arranged('ending', 120);
  await publish(topic, events);
  const first = await startSource(platform, topic, group);
  await expect
    .poll(async () => (await count(events, platform)).recorded, { timeout: 15_000, interval: 20 })
    .toBeGreaterThan(5);
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  const between = await count(events, platform);
  expect(between.recorded).toBeLessThan(120);
  const second = await startSource(platform, topic, group);
  try {
    await expect
      .poll(async () => (await count(events, platform)).recorded, { timeout: 30_000, interval: 200 })
      .toBe(120);
  } finally {
    await second.stop();
  }
  expect(await count(events, platform)).toEqual({ lost: 0, recorded: 120, extra: 0, possibleExtra: 0 });
});

for (const point of ['notification.before_send', 'notification.after_send'])
  test(`killed at ${point} in the middle of a batch: no event is lost, and every extra mail was counted as possible`, async () => {
    const { platform, topic, group, events } = await arranged('killed', 40);
    await publish(topic, events);
    const first = await startSource(platform, topic, group, { FAILPOINTS: '1', FAILPOINT: `${point}:12:kill` });
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await startSource(platform, topic, group);
    try {
      await expect
        .poll(async () => (await count(events, platform)).recorded, { timeout: claimMs + 25_000, interval: 500 })
        .toBe(40);
    } finally {
      await second.stop();
    }
    const { lost, extra, possibleExtra } = await count(events, platform);
    process.stdout.write(`${point}: ${lost} lost, ${extra} extra mails, ${possibleExtra} counted as possible\n`);
    expect(lost).toBe(0);
    // Three partitions run side by side, so at most three mails were under way when it died.
    expect(possibleExtra).toBeGreaterThanOrEqual(1);
    expect(possibleExtra).toBeLessThanOrEqual(3);
    expect(extra).toBeLessThanOrEqual(possibleExtra);
    if (point === 'notification.after_send') expect(extra).toBeGreaterThanOrEqual(1);
  }, 90_000);
