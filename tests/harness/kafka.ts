import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createKafka, ensureTopics } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import type { TopicName } from '../../services/platform/names.ts';
import './provided.ts';

/** Creates a topic of this call's own and answers its name. */
export async function createTopic(name: string, partitions = 6): Promise<string> {
  const topic = `${name}-${randomBytes(4).toString('hex')}`;
  const kafka = createKafka('tests', inject('kafkaBrokers'), createLog('tests', 'fatal'));
  // The vocabulary knows no test topics.
  const publication = { topic: topic as TopicName, partitions, retentionDays: 1, deadLetter: 'none' as const };
  await ensureTopics(kafka, [publication], 1);
  return topic;
}
