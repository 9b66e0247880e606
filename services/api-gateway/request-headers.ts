import type { IncomingMessage } from 'node:http';

/** Connection-level fields (RFC 9110, 7.6.1), and those that undici writes itself. */
const connectionHeaders = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
  'host',
  'content-length',
];

/** What only this gateway may tell a service, and what would make a service see another request than the one routed here. */
const reserved = [
  'x-user-token',
  'x-deadline-ms',
  'x-request-id',
  'traceparent',
  'tracestate',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-test-fault',
];

const dropped: ReadonlySet<string> = new Set([...connectionHeaders, ...reserved]);

/** Two of these could be read differently here and in a service. */
const single: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'idempotency-key']);

/** The client's header fields to pass on, as a flat list of names and values; `undefined` when one is repeated that may not be. */
export function headersToForward(incoming: IncomingMessage): string[] | undefined {
  const { rawHeaders } = incoming;
  const listed = incoming.headers.connection?.toLowerCase();
  const named = listed && listed !== 'keep-alive' && listed !== 'close' ? listed.split(/\s*,\s*/) : undefined;
  const forwarded: string[] = [];
  const seen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (single.has(lower)) {
      if (seen.includes(lower)) return undefined;
      seen.push(lower);
    }
    if (dropped.has(lower) || lower.startsWith('x-forwarded-') || named?.includes(lower)) continue;
    forwarded.push(name, rawHeaders[index + 1] ?? '');
  }
  return forwarded;
}

/**
 * The address of the client. Each trusted proxy appended one address to X-Forwarded-For, so the client's is the
 * `trustedProxies`-th from the right; what stands left of it was sent by the client and means nothing.
 */
export function clientAddress(incoming: IncomingMessage, trustedProxies: number): string {
  const direct = incoming.socket.remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return direct;
  const sent = incoming.headers['x-forwarded-for'];
  const hops = (Array.isArray(sent) ? sent.join(',') : (sent ?? '')).split(',').map((hop) => hop.trim());
  const address = hops.at(-trustedProxies);
  return address && /^[0-9a-fA-F.:]{2,45}$/.test(address) ? address : direct;
}

/** How the client reached us: what the nearest trusted proxy says, else plain HTTP, because we terminate no TLS ourselves. */
export const clientProtocol = (incoming: IncomingMessage, trustedProxies: number): 'http' | 'https' =>
  trustedProxies > 0 && incoming.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
