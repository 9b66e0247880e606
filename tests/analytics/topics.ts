import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createKafka } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import '../harness/provided.ts';
import type { Appended } from './disorder.ts';

/**
 * A topic of this call's own whose records keep the times that they are given, for as long as the test runs, whatever they
 * are; with `appends`, the broker sets them, as on the platform.
 */
export async function createTimedTopic(
  name: string,
  partitions = 6,
  { brokers = inject('kafkaBrokers'), appends = false } = {},
): Promise<string> {
  const topic = `${name}-${randomBytes(4).toString('hex')}`;
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: 1,
          configEntries: [
            { name: 'message.timestamp.type', value: appends ? 'LogAppendTime' : 'CreateTime' },
            { name: 'retention.ms', value: '-1' },
          ],
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
  return topic;
}

/** Appends the records in their order, with their times; `partition` for all of them, or by their keys. */
export async function append(
  topic: string,
  records: readonly Appended[],
  { brokers = inject('kafkaBrokers'), partition }: { brokers?: string; partition?: number } = {},
): Promise<void> {
  const producer = client(brokers).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  try {
    for (let from = 0; from < records.length; from += 2_000)
      await producer.send({
        topic,
        acks: -1,
        messages: records.slice(from, from + 2_000).map(({ key, value, ingested }) => ({
          key,
          value,
          timestamp: String(ingested),
          ...(partition === undefined ? {} : { partition }),
        })),
      });
  } finally {
    await producer.disconnect();
  }
}

const log = createLog('tests', 'fatal');
const client = (brokers: string) => createKafka('tests', brokers, log);
