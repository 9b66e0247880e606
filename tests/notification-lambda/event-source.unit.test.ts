import { expect, test } from 'vitest';
import { doneCount, invocationOf } from '../../bin/local/event-source-batch.ts';
import type { IncomingRecord } from '../../services/kit/kafka.ts';

const records = ['41', '42', '43'].map(
  (offset): IncomingRecord => ({
    topic: 'orders.v1',
    partition: 3,
    offset,
    timestamp: 1_700_000_000_000,
    key: Buffer.from('key'),
    value: Buffer.from('välue'),
    headers: { 'content-type': Buffer.from('a/b'), twice: [Buffer.from('1'), '2'] },
  }),
);

const failing = (partition: string, offset: number) => ({
  batchItemFailures: [{ itemIdentifier: { partition, offset } }],
});

test('records are handed over as Lambda does: by topic and partition, base64, headers as numbers', () => {
  const event = invocationOf(records, 'broker:9092');
  expect(Object.keys(event.records)).toEqual(['orders.v1-3']);
  expect(event.records['orders.v1-3']?.[1]).toEqual({
    topic: 'orders.v1',
    partition: 3,
    offset: 42,
    timestamp: 1_700_000_000_000,
    timestampType: 'LOG_APPEND_TIME',
    key: Buffer.from('key').toString('base64'),
    value: Buffer.from('välue').toString('base64'),
    headers: [{ 'content-type': [97, 47, 98] }, { twice: [49] }, { twice: [50] }],
  });
});

test('a record without key or value is handed over without them', () => {
  const [bare] =
    invocationOf([{ ...(records[0] as IncomingRecord), key: null, value: null }], '').records['orders.v1-3'] ?? [];
  expect(bare).not.toHaveProperty('key');
  expect(bare).not.toHaveProperty('value');
});

test.each([
  ['no failure at all', { batchItemFailures: [] }, 3],
  ['nothing', undefined, 3],
  ['null', null, 3],
  ['the second record', failing('orders.v1-3', 42), 1],
  ['the first record', failing('orders.v1-3', 41), 0],
  [
    'two records, the later one first',
    {
      batchItemFailures: [
        ...failing('orders.v1-3', 43).batchItemFailures,
        ...failing('orders.v1-3', 42).batchItemFailures,
      ],
    },
    1,
  ],
  ['a record of another partition', failing('orders.v1-4', 42), 0],
  ['an offset that is not in the batch', failing('orders.v1-3', 7), 0],
  ['a plain string', { batchItemFailures: [{ itemIdentifier: 'orders.v1-3-42' }] }, 0],
  ['no identifier', { batchItemFailures: [{}] }, 0],
  ['no list', { batchItemFailures: 'all' }, 0],
])('an answer that names %s: what stands before it is done', (_, answer, done) => {
  expect(doneCount(records, answer)).toBe(done);
});
