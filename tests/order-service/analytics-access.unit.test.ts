import { expect, test } from 'vitest';
import { accessOf } from '../../services/order-service/analytics-access.ts';
import { platform } from '../../services/platform/platform.ts';

const sentences = (job: Parameters<typeof accessOf>[0]) =>
  accessOf(job).map(({ may, on, name }) => `${may} ${on} ${name}`);

test('a job reads what it consumes in its group, writes what it publishes, and each right is there once', () => {
  expect(sentences(platform.jobs['orders-analytics']).toSorted()).toEqual([
    'describe group flink-analytics',
    'describe topic analytics.heartbeat.v1',
    'describe topic orders.v1',
    'read group flink-analytics',
    'read topic analytics.heartbeat.v1',
    'read topic orders.v1',
    'write topic analytics.heartbeat.v1',
  ]);
});

test('a job that only reads may write nothing, and one that only writes has no group', () => {
  expect(sentences({ publishes: [], consumes: [{ topic: 'orders.v1', group: 'one' }] })).toEqual([
    'describe topic orders.v1',
    'read topic orders.v1',
    'describe group one',
    'read group one',
  ]);
  const publishes = [{ topic: 'orders.v1', partitions: 1, retentionDays: 1, deadLetter: 'unneeded' }] as const;
  expect(sentences({ publishes, consumes: [] })).toEqual(['describe topic orders.v1', 'write topic orders.v1']);
});
