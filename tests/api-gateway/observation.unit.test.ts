import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, statusOfRaw } from './raw.ts';
import { startGateway } from './start-gateway.ts';
import { startUpstream } from './upstream.ts';

const upstream = await startUpstream((incoming, outgoing) => {
  outgoing.statusCode = incoming.url?.startsWith('/orders') ? 404 : 200;
  outgoing.end('{}');
});
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  gateway = await startGateway({ services: upstream.url });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

describe('each exchange leaves one line and one measurement', () => {
  test('under the template of its route, and with nothing that the client sent but ids', async () => {
    const secrets = ['canary-token', 'canary@example.com', 'canary-password', 'canary-key-0123456789', 'canary-query'];
    const response = await fetch(`${gateway.url}/api/v1/orders/ord_canary-id?q=canary-query`, {
      headers: {
        authorization: 'Bearer canary-token',
        'idempotency-key': 'canary-key-0123456789',
        'x-request-id': 'request-1',
      },
    });
    expect(response.status).toBe(404);
    await fetch(`${gateway.url}/api/v1/auth/login`, {
      method: 'POST',
      body: JSON.stringify({ email: 'canary@example.com', password: 'canary-password' }),
    });
    await expect.poll(() => gateway.lines.length).toBe(2);
    expect(gateway.lines[0]).toMatchObject({
      msg: 'request',
      request_id: 'request-1',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      method: 'GET',
      route: '/api/v1/orders/:order_id',
      status: 404,
      ms: expect.any(Number),
    });
    const text = JSON.stringify(gateway.lines) + (await gateway.metrics.registry.metrics());
    for (const secret of [...secrets, 'ord_canary-id']) expect(text).not.toContain(secret);
  });

  test('what no route takes is counted together, so that nobody can grow the metrics', async () => {
    for (let index = 0; index < 20; index += 1) await fetch(`${gateway.url}/nowhere/${index}`);
    const { values } = await gateway.metrics.requests.get();
    const counts = values.filter((one) => one.metricName?.endsWith('_count'));
    expect(counts.find((one) => one.labels.route === 'none')).toMatchObject({ value: 20, labels: { status: 404 } });
    expect(counts.map((one) => one.labels.route).toSorted()).toEqual([
      '/api/v1/auth/login',
      '/api/v1/orders/:order_id',
      'none',
    ]);
  });
});

describe('what the gateway serves itself', () => {
  test('the four health endpoints and the OpenAPI document, at the root and under /api/v1', async () => {
    for (const path of ['/livez', '/openapi.json', '/api/v1/openapi.json']) {
      const response = await fetch(`${gateway.url}${path}`);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 200, 'application/json']);
    }
    for (const path of ['/readyz', '/startupz', '/health'])
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(503);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  });

  test('an offer to upgrade or an unknown expectation is passed over; CONNECT is not served', async () => {
    const get = (fields: string) => `GET /api/v1/products HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
    expect(statusOfRaw(await sendRaw(gateway.port, get('Connection: Upgrade\r\nUpgrade: websocket\r\n')))).toBe(200);
    expect(statusOfRaw(await sendRaw(gateway.port, get('Connection: Upgrade\r\nUpgrade: h2c\r\n')))).toBe(200);
    expect(statusOfRaw(await sendRaw(gateway.port, get('Expect: magic\r\n')))).toBe(200);
    expect(statusOfRaw(await sendRaw(gateway.port, 'CONNECT internal:80 HTTP/1.1\r\nHost: internal:80\r\n\r\n'))).toBe(
      0,
    );
  });
});
