import { Pool } from 'undici';
import { z } from 'zod';
import { Unavailable } from '../kit/unavailable.ts';
import type { Operation, Provider, ProviderRequest } from './provider.ts';

/** How long one request to the provider may take, in milliseconds; looking a key up is quick. */
const performMs = 8_000;
const findMs = 2_000;

const operationSchema = z.object({
  key: z.string(),
  state: z.enum(['pending', 'succeeded', 'refused']),
  reference: z.string().optional(),
  reason: z.string().optional(),
});

const paths = { capture: 'capture', void: 'void', refund: 'refunds' } as const;

/** The provider over HTTP, with its secret key as bearer. */
export function providerOver(baseUrl: string, secretKey: string): Provider & { close(): Promise<void> } {
  const pool = new Pool(baseUrl, {
    connections: 64,
    pipelining: 1,
    connect: { timeout: 500 },
    keepAliveTimeout: 30_000,
  });

  async function ask(method: 'GET' | 'POST', path: string, timeoutMs: number, key: string, body?: unknown) {
    try {
      const response = await pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${secretKey}`,
          ...(method === 'POST' ? { 'idempotency-key': key, 'content-type': 'application/json' } : {}),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.statusCode, body: JSON.parse(await response.body.text()) as unknown };
    } catch (error) {
      const reason = error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'the call failed';
      throw new Unavailable('payment-provider', reason, {}, error);
    }
  }

  /** Only an answer about that very key is an answer: on a shared connection it could be another request's. */
  function read({ status, body }: { status: number; body: unknown }, key: string): Operation {
    const parsed = status === 200 || status === 202 || status === 422 ? operationSchema.safeParse(body) : undefined;
    if (!parsed?.success) throw new Unavailable('payment-provider', `it answered ${status}`);
    if (parsed.data.key !== key) throw new Unavailable('payment-provider', 'it answered about another key');
    return parsed.data;
  }

  return {
    async perform(request) {
      return read(await ask('POST', pathOf(request), performMs, request.key, bodyOf(request)), request.key);
    },
    async find(key) {
      const answer = await ask('GET', `/operations/${encodeURIComponent(key)}`, findMs, key);
      const unknown = z.object({ unknown_key: z.literal(key) }).safeParse(answer.body);
      return answer.status === 404 && unknown.success ? undefined : read(answer, key);
    },
    close: () => pool.destroy(),
  };
}

const pathOf = (request: ProviderRequest): string =>
  request.kind === 'authorize'
    ? '/authorizations'
    : `/authorizations/${encodeURIComponent(request.reference)}/${paths[request.kind]}`;

const bodyOf = (request: ProviderRequest) =>
  request.kind === 'authorize'
    ? { ...request.amount, token: request.token, metadata: { order_id: request.orderId } }
    : request.amount;
