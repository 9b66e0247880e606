import type { Access } from '../kit/kafka-acls.ts';
import type { JobFacts } from '../platform/facts.ts';

/**
 * What a job may do with Kafka, from its facts: read its topics and in its groups, write its topics, and nothing else. An idempotent
 * producer needs no more than to write (https://cwiki.apache.org/confluence/display/KAFKA/KIP-679).
 */
export function accessOf({ consumes, publishes }: Pick<JobFacts, 'consumes' | 'publishes'>): readonly Access[] {
  const all: readonly Access[] = [
    ...consumes.flatMap(({ topic, group }) => [
      ...(['describe', 'read'] as const).map((may): Access => ({ on: 'topic', name: topic, may })),
      ...(['describe', 'read'] as const).map((may): Access => ({ on: 'group', name: group, may })),
    ]),
    ...publishes.flatMap(({ topic }) =>
      (['describe', 'write'] as const).map((may): Access => ({ on: 'topic', name: topic, may })),
    ),
  ];
  return [...new Map(all.map((one) => [`${one.may} ${one.on} ${one.name}`, one])).values()];
}
