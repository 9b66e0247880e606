import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw } from './raw.ts';
import { startGateway } from './start-gateway.ts';
import { startUpstream } from './upstream.ts';

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;
let answer: Answer = (_, outgoing) => outgoing.end();
const upstream = await startUpstream((incoming, outgoing) => answer(incoming, outgoing));
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  gateway = await startGateway({ services: upstream.url });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

type Whole = { readonly status: number; readonly text: string; readonly headers: string[]; readonly body: Buffer };

function ask(method: string, path: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Whole> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${gateway.url}${path}`, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: incoming.statusMessage ?? '',
          headers: incoming.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const fieldOf = (whole: Whole, name: string): string | undefined => {
  const index = whole.headers.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name);
  return index < 0 ? undefined : whole.headers[index + 1];
};

describe('an answer passes unchanged', () => {
  test.each([
    ['an empty body', 200, Buffer.alloc(0)],
    ['one byte', 200, Buffer.from([0])],
    ['1 KiB of bytes that are no text', 200, randomBytes(1024)],
    ['64 KiB', 200, randomBytes(64 * 1024)],
    ['5 MiB, far more than any buffer', 200, randomBytes(5 * 1024 * 1024)],
    ['a problem document', 409, Buffer.from('{"type":"urn:ecommerce:problem:insufficient_stock","status":409}')],
    ['an unusual status', 418, Buffer.from('teapot')],
    ['an error of the service', 500, Buffer.from('{"status":500}')],
  ])('%s with its length, status and bytes', async (_, status, bytes) => {
    answer = (_incoming, outgoing) => {
      const type = status >= 400 ? 'application/problem+json' : 'application/octet-stream';
      outgoing.writeHead(status, { 'content-type': type, 'content-length': bytes.length, 'retry-after': '7' });
      outgoing.end(bytes);
    };
    const whole = await ask('GET', '/api/v1/products');
    expect(whole.status).toBe(status);
    expect(whole.body.equals(bytes)).toBe(true);
    expect(fieldOf(whole, 'content-length')).toBe(String(bytes.length));
    expect(fieldOf(whole, 'retry-after')).toBe('7');
    expect(fieldOf(whole, 'content-type')).toBe(
      status >= 400 ? 'application/problem+json' : 'application/octet-stream',
    );
  });

  test('chunks without a length arrive whole and in order, however they are cut', async () => {
    const parts = Array.from({ length: 40 }, () => randomBytes(1 + Math.floor(Math.random() * 30_000)));
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/octet-stream' });
      const next = (index: number): void => {
        if (index === parts.length) outgoing.end();
        else outgoing.write(parts[index], () => setImmediate(() => next(index + 1)));
      };
      next(0);
    };
    const whole = await ask('GET', '/api/v1/products');
    expect(whole.body.equals(Buffer.concat(parts))).toBe(true);
  });

  test('304 and 204 have no body and keep their headers', async () => {
    for (const status of [304, 204]) {
      answer = (_, outgoing) => outgoing.writeHead(status, { etag: '"a-1"' }).end();
      const whole = await ask('GET', '/api/v1/products', undefined, { 'if-none-match': '"a-1"' });
      expect([whole.status, whole.body.length, fieldOf(whole, 'etag')]).toEqual([status, 0, '"a-1"']);
    }
  });

  test('a HEAD request is answered with the head of the GET and no body', async () => {
    answer = (_, outgoing) => outgoing.writeHead(200, { 'content-length': 5 }).end('12345');
    const raw = await sendRaw(gateway.port, 'HEAD /api/v1/products HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(raw).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(raw).toMatch(/content-length: 5/i);
    expect(raw.endsWith('\r\n\r\n')).toBe(true);
  });

  test('repeated and non-ASCII fields keep every value, the reason phrase too; connection fields stay behind', async () => {
    answer = (_, outgoing) => {
      outgoing.writeHead(200, 'Fine', [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-note', 'caf\u00e9'],
        ['keep-alive', 'timeout=99'],
        ['connection', 'keep-alive, x-hop'],
        ['x-hop', 'secret'],
        ['date', 'Sat, 01 Jan 2000 00:00:00 GMT'],
      ]);
      outgoing.end('x');
    };
    const whole = await ask('GET', '/api/v1/products');
    expect(whole.text).toBe('Fine');
    expect(whole.headers.filter((_, index) => whole.headers[index - 1] === 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect(fieldOf(whole, 'x-note')).toBe('caf\u00e9');
    expect(fieldOf(whole, 'date')).toBe('Sat, 01 Jan 2000 00:00:00 GMT');
    expect(fieldOf(whole, 'x-hop')).toBe(undefined);
    expect(fieldOf(whole, 'keep-alive')).not.toBe('timeout=99');
  });

  test('every answer carries the request id and a traceparent, the service\u2019s own if it has them', async () => {
    answer = (_, outgoing) => outgoing.end('x');
    const plain = await ask('GET', '/api/v1/products');
    expect(fieldOf(plain, 'x-request-id')).toMatch(/^req_/);
    expect(fieldOf(plain, 'traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    answer = (_, outgoing) => outgoing.writeHead(200, { 'x-request-id': 'of-the-service' }).end('x');
    const own = await ask('GET', '/api/v1/products');
    expect(own.headers.filter((name) => name.toLowerCase() === 'x-request-id')).toHaveLength(1);
    expect(fieldOf(own, 'x-request-id')).toBe('of-the-service');
  });
});

describe('a request passes unchanged', () => {
  test.each([0, 1, 1024, 64 * 1024])('a body of %i bytes, with a length and in chunks', async (size) => {
    answer = (_, outgoing) => outgoing.end();
    const bytes = randomBytes(size);
    for (const headers of [{ 'content-length': String(size) }, { 'transfer-encoding': 'chunked' }]) {
      upstream.seen.length = 0;
      const whole = await ask('POST', '/api/v1/products?x=%2F..&y=1', bytes, { ...headers, 'content-type': 'a/b' });
      expect(whole.status).toBe(200);
      await expect.poll(() => upstream.seen.length).toBe(1);
      expect(upstream.seen[0]?.body.equals(bytes)).toBe(true);
      expect([upstream.seen[0]?.method, upstream.seen[0]?.url]).toEqual(['POST', '/products?x=%2F..&y=1']);
      expect(upstream.seen[0]?.headers).toContainEqual(['content-type', 'a/b']);
    }
  });
});
