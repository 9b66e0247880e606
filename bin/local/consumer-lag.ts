import { createKafka } from '../../services/kit/kafka.ts';
import { brokerHosts } from '../../services/kit/kafka-login.ts';
import { createLog } from '../../services/kit/log.ts';

/** A look at how far behind a topic a group is. */
export type ConsumerLag = {
  /** Records that the group has not committed yet; all of the topic when it has committed nothing. */
  read(): Promise<number>;
  close(): Promise<void>;
};

/** Connects to the brokers of this machine. Throws when they do not answer. */
export async function consumerLag(brokers: string, topic: string, group: string): Promise<ConsumerLag> {
  const kafka = createKafka('local-platform', brokers, createLog('local-platform', 'fatal'), {
    plainTextHosts: brokerHosts(brokers),
  });
  const admin = kafka.admin();
  await admin.connect();
  return {
    async read() {
      const [ends, [committed]] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        admin.fetchOffsets({ groupId: group, topics: [topic] }),
      ]);
      const done = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      // -1 stands for nothing committed.
      return ends.reduce(
        (sum, { partition, low, high }) => sum + Number(high) - Math.max(Number(low), done.get(partition) ?? -1),
        0,
      );
    },
    close: () => admin.disconnect(),
  };
}
