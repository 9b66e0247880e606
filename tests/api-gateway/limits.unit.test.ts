import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

describe('the head', () => {
  test('15 KiB pass, more than 16 KiB are 431', async () => {
    const head = (bytes: number) =>
      `GET /api/v1/products HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(bytes)}\r\nConnection: close\r\n\r\n`;
    expect(statusOfRaw(await sendRaw(gateway.port, head(15 * 1024)))).toBe(200);
    const answer = await sendRaw(gateway.port, head(17 * 1024));
    expect(statusOfRaw(answer)).toBe(431);
    expect(answer).toMatch(/"code":"head_too_large"/);
  });

  test('many small fields count as well', async () => {
    const fields = Array.from({ length: 2000 }, (_, index) => `x-${index}: y\r\n`).join('');
    expect(statusOfRaw(await sendRaw(gateway.port, `GET /api/v1/products HTTP/1.1\r\nHost: a\r\n${fields}\r\n`))).toBe(
      431,
    );
  });
});

describe('the body', () => {
  const limit = 64 * 1024;

  test('one byte past 64 KiB is 413 by its declared length, before it is sent', async () => {
    const answer = await sendRaw(
      gateway.port,
      `POST /api/v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: ${limit + 1}\r\n\r\n`,
    );
    expect(statusOfRaw(answer)).toBe(413);
    expect(answer).toMatch(/"code":"body_too_large"/);
    expect(upstream.seen).toEqual([]);
  });

  test('one byte past 64 KiB in chunks is 413, and no service hears of it', async () => {
    const chunks = `8000\r\n${'x'.repeat(0x8000)}\r\n8001\r\n${'x'.repeat(0x8001)}\r\n0\r\n\r\n`;
    const answer = await sendRaw(
      gateway.port,
      `POST /api/v1/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    );
    expect(statusOfRaw(answer)).toBe(413);
    expect(upstream.seen).toEqual([]);
  });

  test('a body without end is cut off: the connection closes within a second and little was taken', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    let isClosed = false;
    socket.on('error', () => {}).on('close', () => (isClosed = true));
    socket.resume();
    socket.write('POST /api/v1/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const memory = process.memoryUsage().arrayBuffers;
    const flood = setInterval(() => socket.write(chunk), 1);
    await expect.poll(() => isClosed, { timeout: 2_000 }).toBe(true);
    clearInterval(flood);
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(64 * 1024 * 1024);
    expect(upstream.seen).toEqual([]);
  });

  test('a body that stops half way is 408 at the client\u2019s deadline and holds no connection to a service', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
    socket.write('POST /api/v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
    const started = performance.now();
    await expect.poll(() => statusOfRaw(answer), { timeout: 11_000, interval: 50 }).toBe(408);
    expect(performance.now() - started).toBeLessThan(10_250);
    expect(upstream.connections()).toBeLessThanOrEqual(1);
    socket.destroy();
  });

  test('a client that leaves half way through its body is forgotten', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /api/v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
    setTimeout(() => socket.destroy(), 30);
    await expect.poll(() => gateway.lines.at(-1)?.status).toBe(499);
    expect(upstream.seen).toEqual([]);
  });
});
