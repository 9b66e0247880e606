import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AppendOnlyBucket, guardBucket } from './append-only-bucket.ts';

/** A storage that holds the object a/old in each bucket and takes whatever it is asked. */
const storage = createServer((request, response) => {
  const missing = request.method === 'GET' && !request.url?.endsWith('/o/a%2Fold');
  response.writeHead(missing ? 404 : 200);
  response.end();
});
let bucket: AppendOnlyBucket;
beforeAll(() => new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  storage.closeAllConnections();
  storage.close();
});
beforeEach(async () => {
  bucket = await guardBucket('results', () => `http://127.0.0.1:${(storage.address() as AddressInfo).port}`);
  return () => bucket.stop();
});

const ask = async (asked: string, body?: string): Promise<number> => {
  const [method = '', path = ''] = asked.split(' ');
  return (await fetch(`${bucket.endpoint}${path}`, { method, ...(body ? { body } : {}) })).status;
};
const batchOf = (...asked: readonly string[]): string =>
  asked.map((one) => `--part\r\nContent-Type: application/http\r\n\r\n${one} HTTP/1.1\r\n\r\n`).join('');

test.for([
  ['POST /storage/v1/b/staging/o/part/rewriteTo/b/results/o/a%2Fnew'],
  ['POST /storage/v1/b/results/o/a%2Fnew/compose'],
  ['POST /upload/storage/v1/b/results/o?uploadType=resumable&name=a%2Fnew'],
])('an object is added by %s', async ([asked = '']) => {
  expect(await ask(asked)).toBe(200);
  expect(bucket.added()).toBe(1);
  expect(bucket.refused()).toEqual([]);
});

test.for([
  ['POST /storage/v1/b/staging/o/part/rewriteTo/b/results/o/a%2Fold'],
  ['POST /storage/v1/b/results/o/a%2Fold/compose'],
  ['POST /upload/storage/v1/b/results/o?uploadType=resumable&name=a%2Fold'],
  ['DELETE /storage/v1/b/results/o/a%2Fold'],
  ['PATCH /storage/v1/b/results/o/a%2Fold'],
])('an object is neither replaced nor removed by %s', async ([asked = '']) => {
  expect(await ask(asked)).toBe(403);
  expect(bucket.refused()).toEqual([asked]);
  expect(bucket.added()).toBe(0);
});

test('a removal is found among the requests of a batch', async () => {
  const [staged, kept] = ['staging/o/part', 'results/o/a%2Fold'].map(
    (object) => `DELETE http://storage:80/storage/v1/b/${object}`,
  ) as [string, string];
  expect(await ask('POST /batch/storage/v1', batchOf(staged))).toBe(200);
  expect(await ask('POST /batch/storage/v1', batchOf(staged, kept))).toBe(403);
  expect(bucket.refused()).toEqual([kept]);
});

test('other buckets are free', async () => {
  expect(await ask('DELETE /storage/v1/b/staging/o/a%2Fold')).toBe(200);
  expect(await ask('POST /storage/v1/b/results/o/a%2Fold/rewriteTo/b/staging/o/a%2Fold')).toBe(200);
  expect(bucket.refused()).toEqual([]);
});

test('the server is out of reach once it has added what it was allowed to, until it is mended', async () => {
  bucket.breakAfter(1);
  expect(await ask('POST /storage/v1/b/results/o/a%2Fnew/compose')).toBe(200);
  await expect(ask('GET /storage/v1/b/results/o/a%2Fold')).rejects.toThrow('fetch failed');
  bucket.breakAfter(Number.POSITIVE_INFINITY);
  expect(await ask('GET /storage/v1/b/results/o/a%2Fold')).toBe(200);
});
