import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { relayedRoutes } from '../../services/api-gateway/routes.ts';
import { platform } from '../../services/platform/platform.ts';
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

const get = (target: string, more = '') =>
  sendRaw(gateway.port, `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}Connection: close\r\n\r\n`);

const declared = Object.values(platform.services).flatMap((service) => Object.keys(service.publicRoutes));

describe('public routes', () => {
  test('the gateway relays exactly what the services declare as public, and the key set at the root too', () => {
    const relayed = relayedRoutes(platform).map(({ method, path }) => `${method} ${path}`);
    const expected = declared.map((key) => key.replace(' ', ' /api/v1'));
    expect(relayed.toSorted()).toEqual([...expected, 'GET /.well-known/jwks.json'].toSorted());
  });

  test.each(declared)('%s reaches its service without /api/v1', async (key) => {
    const [method = '', template = ''] = key.split(' ');
    const path = template.replaceAll(/:([a-z_]+)/g, 'x-$1');
    const response = await fetch(`${gateway.url}/api/v1${path}?a=1&b=%20`, { method });
    expect(response.status).toBe(200);
    await expect
      .poll(() => upstream.seen.map((one) => `${one.method} ${one.url}`))
      .toEqual([`${method} ${path}?a=1&b=%20`]);
  });

  test('fixed segments are tried before parameters', () => {
    const paths = relayedRoutes(platform).map((route) => `${route.method} ${route.path}`);
    expect(paths.indexOf('GET /api/v1/users/me')).toBeLessThan(paths.indexOf('GET /api/v1/users/:user_id'));
  });

  test('another method on a known path is 405 and says which ones there are', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/api/v1/products/prd_1', 'GET, HEAD, PATCH'],
      ['PUT', '/api/v1/orders', 'GET, HEAD, POST'],
      ['OPTIONS', '/api/v1/auth/login', 'POST'],
      ['PATCH', '/.well-known/jwks.json', 'GET, HEAD'],
    ] as const) {
      const response = await fetch(`${gateway.url}${path}`, { method });
      const body = (await response.json()) as { code: string };
      expect([response.status, body.code]).toEqual([405, 'method_not_allowed']);
      expect(response.headers.get('allow')?.split(', ').toSorted().join(', ')).toBe(allow);
    }
    expect(upstream.seen).toEqual([]);
  });
});

describe('internal routes', () => {
  const internal = [
    '/internal/quotes',
    '/internal/reservations/ord_1',
    '/internal/orders/ord_1/payment-lease',
    '/internal/payments/pay_1',
    '/orders/ord_1/status',
    '/products/prd_1/reserve',
    '/metrics',
    '/users',
  ];
  const tricks: readonly ((path: string) => string)[] = [
    (path) => path,
    (path) => `/api/v1${path}`,
    (path) => `/api/v1${path}/`,
    (path) => `/api/v1/products/..${path}`,
    (path) => `/api/v1/products/%2e%2e${path}`,
    (path) => `/api/v1/products/.%2E${path}`,
    (path) => `/api/v1/products%2f..${path}`,
    (path) => `/api/v1/products/${path}`,
    (path) => `/api/v1/${path}`,
    (path) => `//api/v1${path}`,
    (path) => `/api/v1/./${path.slice(1)}`,
    (path) => `/api/v1${path.replaceAll('/', '%2F')}`,
    (path) => `/api/v1${path.replaceAll('/', '\\')}`,
    (path) => `/api/v1/${path.slice(1).replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`)}`,
    (path) => `/api/v1${path}%00`,
    (path) => `/api/v1${path}#/products`,
    (path) => `/api/v1/products;/..${path}`,
    (path) => `/API/V1${path}`,
    (path) => `http://a/api/v1${path}`,
    (path) => `http://a/api/v1/products/..${path}`,
    (path) => `/api/v1/products/prd_1/..;${path}`,
  ];

  test.each(internal)('%s cannot be reached by any spelling, whatever the method', async (path) => {
    for (const trick of tricks)
      for (const method of ['GET', 'POST', 'PUT']) {
        const target = trick(path);
        // /api/v1/users itself is public for POST.
        if (method === 'POST' && target === '/api/v1/users') continue;
        const answer = await sendRaw(
          gateway.port,
          `${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        expect([400, 404, 405], `${method} ${target}`).toContain(statusOfRaw(answer));
        expect(answer).toMatch(/application\/problem\+json/);
      }
    expect(upstream.seen).toEqual([]);
  });

  test.each([
    'x-http-method-override: PUT',
    'x-http-method: PUT',
    'x-method-override: PUT',
    'x-original-url: /internal/quotes',
    'x-rewrite-url: /internal/quotes',
    'x-forwarded-prefix: /internal',
    'x-forwarded-host: internal',
  ])('%s changes nothing and does not travel on', async (field) => {
    await get('/api/v1/products', `${field}\r\n`);
    const [name = ''] = field.split(':');
    expect(upstream.seen.map((one) => [one.method, one.url])).toEqual([['GET', '/products']]);
    expect(upstream.seen[0]?.headers.map(([key]) => key)).not.toContain(name);
  });
});

test.each([
  '//',
  '/api//v1/products',
  '/api/v1/products/%70',
  '/api/v1/products/.',
  '/api/v1/products/a\u00e9',
  '*',
  '/api/v1/products?a#b',
  '/api/v1/products?\u00e9',
])('a target that is not canonical is 400: %s', async (target) => {
  expect(statusOfRaw(await get(target))).toBe(400);
  expect(upstream.seen).toEqual([]);
});

test.each(['/', '/api/v1', '/api/v1/', '/api/v2/products', '/products', '/api/v1/products/', '/favicon.ico'])(
  'an unknown address is 404: %s',
  async (target) => {
    expect(statusOfRaw(await get(target))).toBe(404);
    expect(upstream.seen).toEqual([]);
  },
);
