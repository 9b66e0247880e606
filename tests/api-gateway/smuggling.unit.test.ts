import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendRaw, statusOfRaw } from './raw.ts';
import { startGateway } from './start-gateway.ts';
import { startUpstream } from './upstream.ts';

const upstream = await startUpstream((_, outgoing) => outgoing.end('{}'));
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  gateway = await startGateway({ services: upstream.url });
});
beforeEach(() => {
  upstream.seen.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const hidden = 'GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (fields: string, body: string) => `POST /api/v1/users HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`;

test.each([
  ['both framings, length first', post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`)],
  ['both framings, chunks first', post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `0\r\n\r\n${hidden}`)],
  ['two lengths that differ', post('Content-Length: 0\r\nContent-Length: 40\r\n', hidden)],
  ['two lengths that agree', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}')],
  ['a list of lengths', post('Content-Length: 2, 2\r\n', '{}')],
  ['a signed length', post('Content-Length: +2\r\n', '{}')],
  ['a hexadecimal length', post('Content-Length: 0x2\r\n', '{}')],
  ['chunks that are not the last coding', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${hidden}`)],
  ['an unknown coding before the chunks', post('Transfer-Encoding: x, chunked\r\n', '0\r\n\r\n')],
  ['a coding that only looks like chunks', post('Transfer-Encoding: \x0bchunked\r\n', `0\r\n\r\n${hidden}`)],
  ['two transfer codings', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${hidden}`)],
  ['a space before the colon', post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${hidden}`)],
  ['a folded field', post('X-A: b\r\n Content-Length: 40\r\nContent-Length: 0\r\n', '')],
  ['a folded coding', post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${hidden}`)],
  ['fields that end in a bare LF', `POST /api/v1/users HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}`],
  ['one field that ends in a bare LF', post('X-A: b\nContent-Length: 40\r\n', hidden)],
  ['a bare CR in a field', post('X-A: b\rContent-Length: 40\r\n', hidden)],
  ['a NUL in a field', post('X-A: b\0\r\nContent-Length: 2\r\n', '{}')],
  ['a chunk size with a sign', post('Transfer-Encoding: chunked\r\n', `-1\r\n\r\n0\r\n\r\n${hidden}`)],
  ['a chunk that is longer than its size', post('Transfer-Encoding: chunked\r\n', `1\r\nabc\r\n0\r\n\r\n${hidden}`)],
  ['chunks that end in a bare LF', post('Transfer-Encoding: chunked\r\n', `1\na\n0\n\n${hidden}`)],
  ['chunks in HTTP/1.0', post('Transfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`).replace('1.1', '1.0')],
  ['a body on a read', `GET /api/v1/products HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
  ['two hosts', `GET /api/v1/products HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
  ['no host', `GET /api/v1/products HTTP/1.1\r\n\r\n`],
  ['a field without a name', `GET /api/v1/products HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n`],
  [
    'two authorizations',
    `GET /api/v1/products HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`,
  ],
])('%s is refused with 400 and nothing reaches a service', async (_, bytes) => {
  const answer = await sendRaw(gateway.port, bytes);
  expect(statusOfRaw(answer), answer).toBe(400);
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
  expect(upstream.seen.map((one) => [one.method, one.url])).toEqual([]);
});

test('a proper request and one after it on the same connection are two requests', async () => {
  const answer = await sendRaw(
    gateway.port,
    `${post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n')}${hidden}`,
  );
  expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(upstream.seen.map((one) => `${one.method} ${one.url} ${one.body}`).toSorted()).toEqual([
    'GET /users/me ',
    'POST /users {}',
  ]);
});
