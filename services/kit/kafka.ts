import { type Admin, Kafka, type KafkaMessage, logLevel, Partitioners } from 'kafkajs';
import type { Publication } from '../platform/facts.ts';
import { fullJitter } from './backoff.ts';
import { type KafkaLogin, type PlainText, requireLogin } from './kafka-login.ts';
import type { Log } from './log.ts';
import { Unavailable } from './unavailable.ts';

export type OutgoingRecord = {
  readonly key: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Where the broker put a record. `offset` is a 64-bit integer as a decimal string. */
export type RecordPosition = { readonly topic: string; readonly partition: number; readonly offset: string };

/**
 * A client; `brokers` is a comma separated list of host:port. With a login it speaks TLS and asks for a token whenever it
 * connects or its token ends; without one, brokers that are not on this machine are refused with an error.
 */
export function createKafka(
  clientId: string,
  brokers: string,
  log: Log,
  how: KafkaLogin | PlainText = { plainTextHosts: [] },
): Kafka {
  const login = requireLogin(brokers, how);
  return new Kafka({
    clientId,
    brokers: brokers.split(','),
    ...(login
      ? {
          ssl: { rejectUnauthorized: true, ...(login.ca ? { ca: [login.ca] } : {}) },
          sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await login.token() }) },
        }
      : {}),
    // A broker that is not here is a TLS handshake further away.
    connectionTimeout: login ? 3_000 : 1_000,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ log: entry }) =>
        log.warn({ kafka: entry.message }, 'kafka'),
  });
}

export interface Producer {
  /**
   * Sends records in their order and resolves when all in-sync replicas have them: one position for each record. Throws
   * `Unavailable` when that is not known after 30 s: some may have been written.
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<readonly RecordPosition[]>;
  close(): Promise<void>;
}

/** An idempotent producer (acks=all) that connects at the first send and again after the broker was away. */
export function createProducer(kafka: Kafka): Producer {
  const partitionOf = new WeakMap<object, number>();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // The client reports positions by partition only, so remember which record went to which.
    createPartitioner: () => {
      const choose = Partitioners.DefaultPartitioner();
      return (args) => {
        const partition = choose(args);
        partitionOf.set(args.message, partition);
        return partition;
      };
    },
  });
  let connected: Promise<void> | undefined;

  return {
    async send(topic, records) {
      const messages = records.map(({ key, value, headers }) => ({ key, value, ...(headers ? { headers } : {}) }));
      try {
        connected ??= producer.connect();
        await connected;
        const written = await producer.send({ topic, acks: -1, timeout: 30_000, messages });
        const next = new Map(written.map((one) => [one.partition, BigInt(one.baseOffset ?? '0')]));
        return messages.map((message) => {
          const partition = partitionOf.get(message) ?? 0;
          const offset = next.get(partition) ?? 0n;
          next.set(partition, offset + 1n);
          return { topic, partition, offset: String(offset) };
        });
      } catch (error) {
        connected = undefined;
        throw new Unavailable('kafka', error instanceof Error ? error.message : 'the send failed', {}, error);
      }
    },
    async close() {
      if (connected) await producer.disconnect();
    },
  };
}

export type IncomingRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Epoch milliseconds, set by the broker. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: KafkaMessage['headers'];
};

/**
 * Reads a topic in a consumer group from its beginning, in order per partition. `effect` gets at most `maxRecords` of one
 * partition and answers how many of them are done, from the first; their offset is committed then. What is not done is read
 * again after a pause of that partition that grows to 5 s; other partitions go on, up to `partitions` at once.
 */
export async function consume(
  kafka: Kafka,
  options: {
    readonly topic: string;
    readonly group: string;
    readonly maxRecords?: number;
    readonly partitions?: number;
    readonly effect: (records: readonly IncomingRecord[]) => Promise<number>;
  },
): Promise<{ close(): Promise<void> }> {
  const { topic, group, maxRecords = 500, effect } = options;
  // The broker's lower limit: what a killed consumer held is free again after it.
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    maxWaitTimeInMs: 100,
  });
  const failures = new Map<number, number>();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: options.partitions ?? 1,
    async eachBatch({ batch, heartbeat, isRunning, isStale, pause, resolveOffset }) {
      const { partition } = batch;
      const records = batch.messages.map((message) => incoming(topic, partition, message));
      const beat = setInterval(() => void heartbeat().catch(() => {}), 1_000);
      try {
        for (let next = 0; next < records.length && isRunning() && !isStale(); ) {
          const part = records.slice(next, next + maxRecords);
          const done = await effect(part);
          const last = part[done - 1];
          if (last) {
            resolveOffset(last.offset);
            await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(last.offset) + 1n) }]);
            failures.delete(partition);
          }
          await heartbeat();
          if (done < part.length) {
            const failed = failures.get(partition) ?? 0;
            failures.set(partition, failed + 1);
            setTimeout(pause(), 50 + fullJitter(failed, 200, 5_000)).unref();
            return;
          }
          next += done;
        }
      } finally {
        clearInterval(beat);
      }
    },
  });
  return { close: () => consumer.disconnect() };
}

const incoming = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: message.headers,
});

/**
 * Creates the topics that are missing. Times of records are the broker's (LogAppendTime), which analytics rests on. Throws
 * when a topic exists with fewer partitions than declared: keys would move between partitions.
 */
export async function ensureTopics(
  kafka: Kafka,
  publications: readonly Publication[],
  replicas: number,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = publications.filter((one) => !existing.has(one.topic));
    await createTopics(admin, missing, replicas);
    const { topics } = await admin.fetchTopicMetadata({ topics: publications.map((one) => one.topic) });
    for (const { name, partitions } of topics) {
      const declared = publications.find((one) => one.topic === name)?.partitions ?? 0;
      if (partitions.length < declared)
        throw new Error(
          `Topic ${name} has ${partitions.length} partitions where ${declared} are declared; recreate it.`,
        );
    }
  } finally {
    await admin.disconnect();
  }
}

async function createTopics(admin: Admin, publications: readonly Publication[], replicas: number): Promise<void> {
  if (publications.length === 0) return;
  await admin.createTopics({
    waitForLeaders: true,
    topics: publications.map(({ topic, partitions, retentionDays }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: [
        { name: 'retention.ms', value: String(retentionDays * 86_400_000) },
        { name: 'message.timestamp.type', value: 'LogAppendTime' },
        { name: 'min.insync.replicas', value: String(Math.min(2, replicas)) },
        { name: 'unclean.leader.election.enable', value: 'false' },
      ],
    })),
  });
}

/** Reads a topic from its beginning to what is there now, in order per partition; for auditors and tests. */
export async function readAll(kafka: Kafka, topic: string, group: string): Promise<readonly IncomingRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const open = new Map(
    ends.filter((one) => BigInt(one.high) > BigInt(one.low)).map((one) => [one.partition, BigInt(one.high)]),
  );
  const records: IncomingRecord[] = [];
  if (open.size === 0) return records;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const reading = await consume(kafka, {
    topic,
    group,
    async effect(batch) {
      for (const record of batch) {
        const end = open.get(record.partition);
        if (end === undefined || BigInt(record.offset) >= end) continue;
        records.push(record);
        if (BigInt(record.offset) === end - 1n) open.delete(record.partition);
      }
      if (open.size === 0) finish();
      return batch.length;
    },
  });
  await finished;
  await reading.close();
  return records;
}
