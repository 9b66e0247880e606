import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendRaw } from './raw.ts';
import { startGateway } from './start-gateway.ts';
import { startUpstream } from './upstream.ts';

const upstream = await startUpstream((_, outgoing) => outgoing.end('{}'));
let direct: Awaited<ReturnType<typeof startGateway>>;
let behindProxy: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  direct = await startGateway({ services: upstream.url });
  behindProxy = await startGateway({ services: upstream.url, trustedProxies: 1 });
});
beforeEach(() => {
  upstream.seen.length = 0;
});
afterAll(async () => {
  await direct.close();
  await behindProxy.close();
  await upstream.close();
});

async function seenWith(fields: string, gateway = direct) {
  await sendRaw(gateway.port, `GET /api/v1/products HTTP/1.1\r\nHost: shop\r\n${fields}Connection: close\r\n\r\n`);
  const headers = upstream.seen[0]?.headers ?? [];
  return { headers, all: (name: string) => headers.filter(([key]) => key === name).map(([, value]) => value) };
}

describe('what a client sends', () => {
  test('its own fields travel on as they are, repeated ones too', async () => {
    const { all } = await seenWith(
      'Accept: a\r\nX-Cart-Id: c-1\r\nX-A: 1\r\nX-A: 2\r\nIf-None-Match: "e"\r\nX-Note: caf\u00e9\r\n',
    );
    expect([all('accept'), all('x-cart-id'), all('x-a'), all('if-none-match'), all('x-note')]).toEqual([
      ['a'],
      ['c-1'],
      ['1', '2'],
      ['"e"'],
      ['caf\u00e9'],
    ]);
  });

  test('what only the gateway may say is replaced or dropped', async () => {
    const { headers, all } = await seenWith(
      'X-User-Token: forged\r\nX-Deadline-Ms: 999999\r\nForwarded: for=1.1.1.1\r\nX-Forwarded-For: 1.1.1.1\r\n' +
        'X-Forwarded-Proto: gopher\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-Anything: x\r\nTE: trailers\r\nProxy-Authorization: x\r\n',
    );
    expect(headers.filter(([, value]) => /forged|999999|1\.1\.1\.1|gopher|trailers/.test(value))).toEqual([]);
    expect(headers.map(([name]) => name)).not.toContain('x-user-token');
    expect(headers.map(([name]) => name)).not.toContain('proxy-authorization');
    expect(all('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(all('x-forwarded-proto')).toEqual(['http']);
    expect(Number(all('x-deadline-ms')[0])).toBeLessThanOrEqual(1_000);
    expect(all('host')).not.toEqual(['shop']);
  });

  test('fields that it names in Connection stay behind', async () => {
    const { all } = await seenWith('Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Other: 2\r\n');
    expect([all('x-hop'), all('x-other')]).toEqual([[], ['2']]);
  });

  test('a well-formed request id and trace go through, others are replaced', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const kept = await seenWith(`X-Request-Id: client-id-1\r\nTraceparent: 00-${trace}-00f067aa0ba902b7-01\r\n`);
    expect(kept.all('x-request-id')).toEqual(['client-id-1']);
    expect(kept.all('traceparent')[0]).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    upstream.seen.length = 0;
    const replaced = await seenWith('X-Request-Id: <script>\r\nTraceparent: nonsense\r\n');
    expect(replaced.all('x-request-id')[0]).toMatch(/^req_/);
    expect(replaced.all('traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('behind one trusted proxy', () => {
  test('the address that the proxy appended is the client\u2019s; what the client put before it counts for nothing', async () => {
    const { all } = await seenWith('X-Forwarded-For: 9.9.9.9, 10.0.0.7\r\nX-Forwarded-Proto: https\r\n', behindProxy);
    expect([all('x-forwarded-for'), all('x-forwarded-proto')]).toEqual([['10.0.0.7'], ['https']]);
  });

  test('nonsense in its place falls back to the address of the connection', async () => {
    const { all } = await seenWith('X-Forwarded-For: <b>\r\n', behindProxy);
    expect(all('x-forwarded-for')).toEqual(['127.0.0.1']);
  });
});
