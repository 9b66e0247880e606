import type { MSKEvent, MSKRecord } from 'aws-lambda';

/**
 * What Lambda is told about a batch of a Kafka event source: the first record of each partition that is not done. The
 * identifier is an object; Lambda takes a plain string for an unknown record and repeats the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
 */
export type KafkaBatchResponse = {
  readonly batchItemFailures: readonly {
    readonly itemIdentifier: { readonly partition: string; readonly offset: number };
  }[];
};

/** What must be left before another record is begun, in milliseconds: store and provider, each at its time-outs. */
const reserveMs = 12_000;

/**
 * Runs `work` over a batch: in order within a partition, partitions side by side. A record that throws ends its partition,
 * as does the time running out, and is reported; what stands before it counts as done.
 */
export async function runBatch(
  event: MSKEvent,
  work: (record: MSKRecord) => Promise<void>,
  remainingMs: () => number,
  failed: (record: MSKRecord, error: unknown) => void,
): Promise<KafkaBatchResponse> {
  const firstUndone = await Promise.all(
    Object.values(event.records).map(async (records) => {
      for (const record of records) {
        if (remainingMs() < reserveMs) return record;
        try {
          await work(record);
        } catch (error) {
          failed(record, error);
          return record;
        }
      }
      return undefined;
    }),
  );
  return {
    batchItemFailures: firstUndone.flatMap((record) =>
      record ? [{ itemIdentifier: { partition: `${record.topic}-${record.partition}`, offset: record.offset } }] : [],
    ),
  };
}
