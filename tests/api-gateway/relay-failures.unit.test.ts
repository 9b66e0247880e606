import { Agent, request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { sleep } from '../../services/kit/backoff.ts';
import { startGateway } from './start-gateway.ts';
import { startUpstream } from './upstream.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(answer: Parameters<typeof startUpstream>[0], connections?: number) {
  const upstream = await startUpstream(answer);
  closing.push(upstream.close);
  const gateway = await startGateway({ services: upstream.url, ...(connections ? { connections } : {}) });
  closing.push(gateway.close);
  return { upstream, gateway };
}

const timed = async (url: string, init?: RequestInit) => {
  const started = performance.now();
  const response = await fetch(url, init);
  const body = (await response.json()) as Record<string, unknown>;
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body,
    ms: performance.now() - started,
  };
};

/** Asks, and leaves `ms` after the request was sent. */
const leave = (url: string, method: string, ms: number, agent: Agent) =>
  new Promise<void>((resolve) => {
    const outgoing = request(url, { method, agent });
    outgoing.on('error', () => {}).on('close', () => resolve());
    outgoing.end(method === 'POST' ? '{}' : undefined, () => setTimeout(() => outgoing.destroy(), ms));
  });

describe('a client that leaves', () => {
  test('500 abandoned reads free every connection: 200 requests after them are answered', async () => {
    let isSlow = true;
    const { upstream, gateway } = await start((_, outgoing) => {
      if (!isSlow) outgoing.end('ok');
    }, 8);
    const agent = new Agent({ keepAlive: false });
    for (let round = 0; round < 10; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => leave(`${gateway.url}/api/v1/products`, 'GET', 15, agent)));
    // That they end by the client's leaving and not by their time limit is the next test's matter.
    await expect.poll(() => gateway.pool.stats.running, { timeout: 10_000, interval: 10 }).toBe(0);
    isSlow = false;
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await fetch(`${gateway.url}/api/v1/products`)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
    await expect.poll(() => gateway.pool.stats.running + gateway.pool.stats.queued).toBe(0);
    expect(upstream.connections()).toBeLessThanOrEqual(8);
    await expect.poll(() => gateway.lines.filter((line) => line.status === 499).length).toBe(500);
  });

  test('an abandoned read reaches its service as an abort', async () => {
    let aborted = 0;
    const { gateway } = await start((_, outgoing) => outgoing.once('close', () => (aborted += 1)));
    await leave(`${gateway.url}/api/v1/products`, 'GET', 30, new Agent());
    // Well before the time limit of an attempt, which would end it too.
    await expect.poll(() => aborted, { timeout: 900, interval: 10 }).toBe(1);
  });

  test('an abandoned POST is finished by its service, and its connection serves the next request', async () => {
    let finished = 0;
    const { upstream, gateway } = await start((_, outgoing) => {
      setTimeout(() => outgoing.end('x'.repeat(300_000), () => (finished += 1)), 100);
    }, 1);
    await Promise.all(
      Array.from({ length: 5 }, () => leave(`${gateway.url}/api/v1/auth/login`, 'POST', 60, new Agent())),
    );
    await expect.poll(() => finished).toBeGreaterThanOrEqual(1);
    expect((await fetch(`${gateway.url}/api/v1/products`)).status).toBe(200);
    // Those that still waited for a connection were begun by nobody, so they are dropped.
    expect(upstream.seen.filter((one) => one.method === 'POST')).toHaveLength(1);
    expect(upstream.connections()).toBe(1);
  });

  test('a client that stops reading loses its connection at its deadline, and the service gets its own back', async () => {
    const { gateway } = await start((_, outgoing) => outgoing.end(Buffer.alloc(40 * 1024 * 1024)), 1);
    const stalled = request(`${gateway.url}/api/v1/products`, { agent: false });
    const closed = new Promise((resolve) => stalled.on('close', resolve));
    const started = performance.now();
    stalled.on('error', () => {}).end();
    await new Promise<void>((resolve) => stalled.on('response', (incoming) => resolve(void incoming.pause())));
    await sleep(500);
    expect(gateway.pool.stats.running).toBe(1);
    await expect.poll(() => gateway.pool.stats.running, { timeout: 11_000, interval: 50 }).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(9_500);
    expect(performance.now() - started).toBeLessThan(10_500);
    stalled.destroy();
    await closed;
  });
});

describe('a service that fails', () => {
  test('dying in the middle of an answer cuts the client\u2019s answer instead of ending it', async () => {
    const { gateway } = await start((_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 1000 });
      outgoing.write('x'.repeat(400), () => setTimeout(() => outgoing.destroy(), 20));
    });
    await expect(fetch(`${gateway.url}/api/v1/products`).then((response) => response.text())).rejects.toThrow();
    await expect.poll(() => gateway.lines.at(-1)?.reason).toMatch(/in the middle of its answer/);
  });

  test('nobody listening is 503 with Retry-After, at once', async () => {
    const { upstream, gateway } = await start((_, outgoing) => outgoing.end());
    await upstream.close();
    for (const method of ['GET', 'POST']) {
      const answer = await timed(`${gateway.url}/api/v1/${method === 'GET' ? 'products' : 'users'}`, { method });
      expect([answer.status, answer.retryAfter, answer.body.code]).toEqual([503, '1', 'unavailable']);
      expect(answer.ms).toBeLessThan(500);
    }
  });

  test('a silent service: a read is tried twice and 503 after 2 s, a POST once and 503 after 3 s', async () => {
    const { upstream, gateway } = await start(() => {});
    const [read, write] = await Promise.all([
      timed(`${gateway.url}/api/v1/products`),
      timed(`${gateway.url}/api/v1/users`, { method: 'POST', body: '{}' }),
    ]);
    expect([read.status, read.retryAfter, write.status, write.retryAfter]).toEqual([503, '1', 503, '1']);
    expect(read.ms).toBeGreaterThan(1_900);
    expect(read.ms).toBeLessThan(2_250);
    expect(write.ms).toBeGreaterThan(2_900);
    expect(write.ms).toBeLessThan(3_250);
    await expect.poll(() => upstream.seen.map((one) => one.method).sort()).toEqual(['GET', 'GET', 'POST']);
  });

  test('a head whose body never comes is no answer', async () => {
    const { gateway } = await start((_, outgoing) => outgoing.writeHead(200, { 'content-length': 10 }).flushHeaders());
    const answer = await timed(`${gateway.url}/api/v1/products`);
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(answer.ms).toBeLessThan(2_250);
  });

  test('a connection that dies before the answer: a read is asked again once, a POST never', async () => {
    let calls = 0;
    const { upstream, gateway } = await start((incoming, outgoing) => {
      calls += 1;
      if (calls === 1) incoming.socket.destroy();
      else outgoing.end('{}');
    });
    expect((await timed(`${gateway.url}/api/v1/products`)).status).toBe(200);
    expect(calls).toBe(2);
    calls = 0;
    const write = await timed(`${gateway.url}/api/v1/users`, { method: 'POST', body: '{}' });
    expect([write.status, calls]).toEqual([503, 1]);
    expect(upstream.seen.filter((one) => one.method === 'POST')).toHaveLength(1);
  });

  test('with every read failing, retries stay within a tenth of the requests plus the ten saved up', async () => {
    let calls = 0;
    const { gateway } = await start((incoming) => {
      calls += 1;
      incoming.socket.destroy();
    });
    for (let index = 0; index < 300; index += 1) await fetch(`${gateway.url}/api/v1/products`);
    expect(calls).toBeGreaterThan(300);
    expect(calls).toBeLessThanOrEqual(300 * 1.1 + 10);
  });

  test('an answer of the service is never asked for again, not even a 503', async () => {
    let calls = 0;
    const { gateway } = await start((_, outgoing) => {
      calls += 1;
      outgoing.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '5' }).end('{"code":"own"}');
    });
    const answer = await timed(`${gateway.url}/api/v1/products`);
    expect([answer.status, answer.retryAfter, answer.body.code, calls]).toEqual([503, '5', 'own', 1]);
  });
});
