import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from '../../services/kit/server.ts';
import { listenerOf } from '../../services/kit/service.ts';
import { answersIn, sendRaw } from './raw-http.ts';
import { sampleApp } from './sample-app.ts';

const { app, health, lines, metrics } = sampleApp();
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

const json = { 'content-type': 'application/json' };

type Init = {
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | ReadableStream;
  readonly duplex?: 'half';
};

/** Asks over a real connection and checks what every answer must have; 4xx and 5xx must be problem documents. */
async function ask(method: string, path: string, init: Init = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...init } as RequestInit);
  const text = await response.text();
  expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
  expect(response.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  if (response.status >= 400 && method !== 'HEAD') {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({
      type: expect.stringMatching(/^urn:ecommerce:problem:/),
      title: expect.any(String),
      status: response.status,
      detail: expect.any(String),
      request_id: response.headers.get('x-request-id'),
    });
  }
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}
const post = (body: string | Buffer | undefined, headers: Record<string, string> = json) =>
  ask('POST', '/notes', { headers, ...(body === undefined ? {} : { body }) });

test('a body is answered in the declared shape and no more', async () => {
  const { status, headers, body } = await post('{"note":"é"}');
  expect(status).toBe(201);
  expect(headers.get('content-type')).toBe('application/json');
  expect(body).toEqual({ note: 'é', count: 1 });
});

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
  '%s where it is not known is 405 and says what is',
  async (method) => {
    const { status, headers, body } = await ask(method, '/notes');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST, GET');
    expect(body.code).toBe('method_not_allowed');
  },
);

test.each(['TRACE', 'BREW'])('%s, which no client library sends, is refused too', async (method) => {
  const [answer] = answersIn(await sendRaw(port, `${method} /notes HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
  expect([400, 405]).toContain(answer?.status);
  expect(answer?.headers['content-type']).toBe('application/problem+json');
});

test('HEAD answers as GET without a body', async () => {
  const { status, body } = await ask('HEAD', '/notes');
  expect(status).toBe(200);
  expect(body).toBeUndefined();
});

test.each(['/', '/nowhere', '/notes/', '//notes', '/notes/n1', '/%', '/notes/%zz/archive', '/Notes', '/__proto__'])(
  '%s is not found',
  async (path) => {
    const { status, body } = await ask('GET', path);
    expect([404, 405]).toContain(status);
    expect(body.detail).not.toContain(path.slice(1) || 'root');
  },
);

test.each([
  ['none', undefined],
  ['text/plain', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['multipart', 'multipart/form-data; boundary=x'],
  ['a longer name', 'application/jsonp'],
  ['another JSON', 'application/problem+json'],
  ['a list', 'text/plain, application/json'],
])('a content type of %s is 415', async (_, type) => {
  // A Buffer, because fetch would add a type to a string.
  const { status, body } = await post(Buffer.from('{"note":"x"}'), type === undefined ? {} : { 'content-type': type });
  expect(status).toBe(415);
  expect(body.code).toBe('unsupported_media_type');
});

test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json ;charset=UTF-8'])(
  'a content type of %s is fine',
  async (type) => {
    expect((await post('{"note":"x"}', { 'content-type': type })).status).toBe(201);
  },
);

test.each([
  ['nothing', ''],
  ['half an object', '{"note":'],
  ['two values', '{"note":"x"}{}'],
  ['single quotes', "{'note':'x'}"],
  ['a trailing comma', '{"note":"x",}'],
  ['NaN', '{"note":NaN}'],
  ['bytes that are not UTF-8', Buffer.from([...Buffer.from('{"note":"'), 0xff, 0xfe, ...Buffer.from('"}')])],
  ['UTF-16', Buffer.from('{"note":"x"}', 'utf16le')],
])('a body of %s is 400', async (_, body) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('invalid_json');
});

test.each([
  ['a list', '[]', ''],
  ['null', 'null', ''],
  ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, ''],
  ['a number for a text', '{"note":5}', '/note'],
  ['an unknown field', '{"note":"x","isAdmin":true}', ''],
  ['__proto__', '{"note":"x","__proto__":{"isAdmin":true}}', ''],
  ['a wrong field with a difficult name', '{"note":"x","inner":{"a/b~c":"y"}}', '/inner/a~1b~0c'],
])('a body of %s is 422 and points at it without repeating it', async (_, body, pointer) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].pointer).toBe(pointer);
  expect(JSON.stringify(answer.body)).not.toContain('isAdmin');
});

const noteOf = (bytes: number) => `{"note":"${'x'.repeat(bytes - 11)}"}`;
const stream = (text: string) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < text.length; at += 8192) controller.enqueue(Buffer.from(text.slice(at, at + 8192)));
      controller.close();
    },
  });

test.each([
  ['declared', (text: string) => ({ body: text })],
  ['chunked', (text: string) => ({ body: stream(text), duplex: 'half' as const })],
])('a %s body of 64 KiB is read; one byte more is 413, and so is 8 MiB', async (_, init) => {
  const send = (bytes: number) => ask('POST', '/notes', { headers: json, ...init(noteOf(bytes)) });
  expect((await send(65_536)).status).toBe(201);
  const more = await send(65_537);
  expect(more.status).toBe(413);
  expect(more.body.code).toBe('body_too_large');
  expect((await send(8 * 1024 * 1024)).status).toBe(413);
  expect((await send(100)).status).toBe(201);
});

test('a query is parsed, defaulted and refused', async () => {
  expect((await ask('GET', '/notes')).body).toEqual({ limit: 5 });
  expect((await ask('GET', '/notes?limit=7')).body).toEqual({ limit: 7 });
  for (const query of ['limit=11', 'limit=x', 'limit=', 'unknown=1']) {
    const { status, body } = await ask('GET', `/notes?${query}`);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toMatch(/^\/query/);
  }
});

test('an idempotency key is required and its form checked; a body may be missing', async () => {
  const archive = (headers: Record<string, string>, body?: string) =>
    ask('POST', '/notes/n1/archive', { headers, ...(body === undefined ? {} : { body }) });
  expect((await archive({})).body.code).toBe('idempotency_key_missing');
  expect((await archive({ 'idempotency-key': 'short' })).body.code).toBe('idempotency_key_invalid');
  const key = 'k'.repeat(16);
  expect((await archive({ 'idempotency-key': `"${key}"` })).body).toEqual({ note_id: 'n1', key });
  expect((await archive({ 'idempotency-key': key, ...json }, '{"reason":"old"}')).status).toBe(200);
  expect((await archive({ 'idempotency-key': key, ...json }, '{"other":1}')).status).toBe(422);
  const path = await ask('POST', '/notes/x/archive', { headers: { 'idempotency-key': key } });
  expect(path.status).toBe(404);
});

test('a request id and a trace are continued when they are well formed, and replaced when not', async () => {
  const trace = 'a'.repeat(32);
  const sent = { 'x-request-id': 'client-1234', traceparent: `00-${trace}-${'b'.repeat(16)}-01` };
  const { headers, body } = await ask('GET', '/context', { headers: sent });
  expect(body).toMatchObject({ request_id: 'client-1234', trace_id: trace, left: null });
  expect(headers.get('x-request-id')).toBe('client-1234');
  expect(headers.get('traceparent')).not.toContain('b'.repeat(16));
  const forged = { 'x-request-id': 'a b<script>', traceparent: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01` };
  const other = await ask('GET', '/context', { headers: forged });
  expect(other.body.request_id).toMatch(/^req_/);
  expect(other.body.trace_id).not.toMatch(/^0+$/);
});

test('a deadline counts from the arrival of the request', async () => {
  const { body } = await ask('GET', '/context', { headers: { 'x-deadline-ms': '750' } });
  expect(body.left).toBeGreaterThan(600);
  expect(body.left).toBeLessThanOrEqual(750);
  for (const nonsense of ['-1', 'soon', '0'])
    expect((await ask('GET', '/context', { headers: { 'x-deadline-ms': nonsense } })).body.left).toBeNull();
});

test('a dependency that cannot be asked is 503 with Retry-After and says no more than it should', async () => {
  const { status, headers, body } = await ask('GET', '/fail/unavailable');
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(body).toMatchObject({ code: 'unavailable', order_id: 'ord_1' });
  expect(JSON.stringify(body)).not.toContain('secret-host');
});

test.each(['defect', 'shape', 'status'])('a %s of ours is 500 without its reason, which is in the log', async (how) => {
  lines.length = 0;
  const { status, body } = await ask('GET', `/fail/${how}`);
  expect(status).toBe(500);
  expect(body.code).toBe('internal');
  expect(JSON.stringify(body)).not.toMatch(/SELECT|expected|declare/);
  expect(lines.filter((line) => line.msg === 'defect')).toHaveLength(1);
});

test('an answer without a body has none', async () => {
  expect(await ask('GET', '/fail/not')).toMatchObject({ status: 204, body: undefined });
});

test('a client that goes away in the middle of its body is no defect of ours', async () => {
  lines.length = 0;
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"note":',
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await expect.poll(() => lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.msg === 'defect')).toEqual([]);
  expect(lines.some((line) => Number(line.status) >= 500)).toBe(false);
});

test('requests are counted by route template, so that ids do not become labels', async () => {
  await ask('POST', '/notes/n77/archive', { headers: { 'idempotency-key': 'k'.repeat(16) } });
  const text = await metrics.registry.metrics();
  expect(text).toContain('route="/notes/:note_id/archive"');
  expect(text).not.toContain('n77');
});
