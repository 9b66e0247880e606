import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from '../../services/kit/server.ts';
import { listenerOf } from '../../services/kit/service.ts';
import { answersIn, sendRaw } from './raw-http.ts';
import { sampleApp } from './sample-app.ts';

const { app, health } = sampleApp();
let server: Server;
let port: number;
beforeAll(async () => {
  server = createHttpServer(listenerOf(app), health);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const crlf = (...lines: string[]) => lines.join('\r\n');
const smuggled = crlf('GET /context HTTP/1.1', 'host: x', '', '');
const post = (...headers: string[]) =>
  crlf('POST /notes HTTP/1.1', 'host: x', 'content-type: application/json', ...headers, '', '');

test.each([
  [
    'Content-Length and Transfer-Encoding',
    `${post('content-length: 6', 'transfer-encoding: chunked')}0\r\n\r\n${smuggled}`,
  ],
  [
    'Transfer-Encoding and Content-Length',
    `${post('transfer-encoding: chunked', 'content-length: 6')}0\r\n\r\n${smuggled}`,
  ],
  ['two different Content-Lengths', `${post('content-length: 0', 'content-length: 44')}${smuggled}`],
  ['a list of Content-Lengths', `${post('content-length: 0, 44')}${smuggled}`],
  ['a signed Content-Length', `${post('content-length: +0')}${smuggled}`],
  ['a hexadecimal Content-Length', `${post('content-length: 0x2c')}${smuggled}`],
  ['a space before the colon', `${post('content-length : 0')}${smuggled}`],
  ['chunked that is not last', `${post('transfer-encoding: chunked, identity')}0\r\n\r\n${smuggled}`],
  ['a misspelt chunked', `${post('transfer-encoding: xchunked')}0\r\n\r\n${smuggled}`],
  ['a chunk size that is no number', `${post('transfer-encoding: chunked')}zz\r\nx\r\n0\r\n\r\n${smuggled}`],
  ['a folded header', `${post('x-a: b', ' c: d', 'content-length: 0')}${smuggled}`],
  ['a header without a name', `${post(': x', 'content-length: 0')}${smuggled}`],
  ['bare line feeds', 'GET /context HTTP/1.1\nhost: x\n\n'],
  ['a NUL in a header', `${post('x-a: b\u0000c', 'content-length: 0')}${smuggled}`],
  ['another protocol', `SSH-2.0-OpenSSH_9.0\r\n\r\n${smuggled}`],
  ['HTTP/9', `GET /context HTTP/9.9\r\nhost: x\r\n\r\n${smuggled}`],
])('a request with %s is 400 and what follows it is never served', async (_, bytes) => {
  const received = await sendRaw(port, bytes);
  const [answer, ...rest] = answersIn(received);
  expect(answer?.status).toBe(400);
  expect(answer?.headers['content-type']).toBe('application/problem+json');
  expect(answer?.headers.connection).toBe('close');
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'bad_request', status: 400 });
  expect(rest).toEqual([]);
});

test.each([
  ['no Host', 'GET /context HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ['a Host that is none', 'GET /context HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n'],
  ['a target that is no path', 'GET context HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
])('a request with %s is 400 with a problem document', async (_, bytes) => {
  const [answer] = answersIn(await sendRaw(port, bytes));
  expect(answer?.status).toBe(400);
  expect(answer?.headers['content-type']).toBe('application/problem+json');
  expect(answer?.headers['x-request-id']).toMatch(/^req_/);
});

test('a head of more than 16 KiB is 431, and one of 15 KiB is served', async () => {
  const head = (bytes: number) =>
    `GET /context HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-a: ${'a'.repeat(bytes)}\r\n\r\n`;
  const [refused] = answersIn(await sendRaw(port, head(17 * 1024)));
  expect(refused?.status).toBe(431);
  expect(JSON.parse(refused?.body ?? '')).toMatchObject({ code: 'head_too_large' });
  const [served] = answersIn(await sendRaw(port, head(15 * 1024)));
  expect(served?.status).toBe(200);
});

test('a path of more than 16 KiB is 431 too', async () => {
  const [answer] = answersIn(await sendRaw(port, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`));
  expect(answer?.status).toBe(431);
});

test('an expectation is met or answered as any request', async () => {
  const continued = await sendRaw(
    port,
    `${crlf('POST /notes HTTP/1.1', 'host: x', 'content-type: application/json', 'expect: 100-continue', 'connection: close', 'content-length: 12', '', '')}{"note":"x"}`,
  );
  expect(continued).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
  const other = await sendRaw(port, 'GET /context HTTP/1.1\r\nhost: x\r\nexpect: tea\r\nconnection: close\r\n\r\n');
  expect(answersIn(other)[0]?.status).toBe(200);
});

test('requests in a row on one connection are answered in order, also after a refused body', async () => {
  const big = 'x'.repeat(70_000);
  const received = await sendRaw(
    port,
    `GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n${post(`content-length: ${big.length}`)}${big}GET /context HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  );
  const statuses = answersIn(received).map((answer) => answer.status);
  expect(statuses.slice(0, 2)).toEqual([404, 413]);
  // The server may close after the refusal instead of reading on; what it must not do is take the body for a request.
  expect([[], [200]]).toContainEqual(statuses.slice(2));
});

test('a request to switch protocols is answered as a plain one', async () => {
  const received = await sendRaw(
    port,
    'GET /context HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
  );
  expect(answersIn(received)[0]?.status).toBe(200);
});
