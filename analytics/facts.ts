import type { JobFacts } from '../services/platform/facts.ts';

export const ordersAnalytics = {
  kind: 'job',
  name: 'orders-analytics',
  // One a second from the job to itself: through Kafka, so that minutes end while nobody orders, and only while Kafka answers.
  publishes: [{ topic: 'analytics.heartbeat.v1', partitions: 1, retentionDays: 1, deadLetter: 'unneeded' }],
  consumes: [
    { topic: 'orders.v1', group: 'flink-analytics' },
    { topic: 'analytics.heartbeat.v1', group: 'flink-analytics' },
  ],
  results: 'analytics-results',
} as const satisfies JobFacts;
