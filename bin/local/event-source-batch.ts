import type { MSKEvent, MSKRecord } from 'aws-lambda';
import type { IncomingRecord } from '../../services/kit/kafka.ts';

/** Records of one partition as Lambda's Kafka event source hands them to a function. */
export const invocationOf = (records: readonly IncomingRecord[], brokers: string): MSKEvent => {
  const [first] = records;
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/local',
    bootstrapServers: brokers,
    records: first ? { [`${first.topic}-${first.partition}`]: records.map(mskRecord) } : {},
  };
};

function mskRecord({ topic, partition, offset, timestamp, key, value, headers }: IncomingRecord): MSKRecord {
  const record = {
    topic,
    partition,
    offset: Number(offset),
    timestamp,
    timestampType: 'LOG_APPEND_TIME' as const,
    headers: Object.entries(headers ?? {}).flatMap(([name, held]) =>
      [held].flat().map((one) => ({ [name]: [...Buffer.from(one ?? '')] })),
    ),
  };
  // The types say that there is always a key and a value; Lambda leaves out what the record has not.
  return {
    ...record,
    ...(key && { key: key.toString('base64') }),
    ...(value && { value: value.toString('base64') }),
  } as MSKRecord;
}

/**
 * How many records of the batch are done, from its start. As in Lambda: nothing at all in `batchItemFailures` is full success,
 * the lowest reported offset is where to go on, and an answer that names nothing of this batch is a total failure.
 */
export function doneCount(records: readonly IncomingRecord[], answer: unknown): number {
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return 0;
  const undone = failures.map((failure) => {
    const { partition, offset } = failure?.itemIdentifier ?? {};
    return records.findIndex((one) => `${one.topic}-${one.partition}` === partition && Number(one.offset) === offset);
  });
  if (undone.includes(-1)) return 0;
  return Math.min(records.length, ...undone);
}
