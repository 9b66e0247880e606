import { createKafka, ensureTopics } from '../../services/kit/kafka.ts';
import { brokerHosts } from '../../services/kit/kafka-login.ts';
import { createLog } from '../../services/kit/log.ts';
import { platform, publications } from '../../services/platform/platform.ts';

/** Creates the topics that the platform declares and this broker lacks, with one replica. */
export async function ensureDeclaredTopics(brokers: string): Promise<void> {
  // Whoever starts the platform named these brokers.
  const plainTextHosts = brokerHosts(brokers);
  const kafka = createKafka('local-platform', brokers, createLog('local-platform', 'fatal'), { plainTextHosts });
  await ensureTopics(kafka, publications(platform), 1);
}
