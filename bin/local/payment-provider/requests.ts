import type { IncomingMessage } from 'node:http';
import type { Ask } from './operations.ts';

const kinds = { capture: 'capture', void: 'void', refunds: 'refund' } as const;

/** The operation that a POST asks for, or a sentence about what is wrong with it. */
export async function askOf(request: IncomingMessage, path: string): Promise<Ask | string> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return 'Send an Idempotency-Key.';
  const body = await bodyOf(request);
  if (!body) return 'Send a JSON object.';
  const { amount_minor, currency, token, metadata } = body;
  if (typeof amount_minor !== 'number' || !Number.isSafeInteger(amount_minor) || amount_minor <= 0)
    return 'amount_minor must be a whole number above zero.';
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return 'currency must be an ISO 4217 code.';
  if (path === '/authorizations') {
    const order_id = (metadata as Record<string, unknown> | undefined)?.order_id;
    if (typeof token !== 'string' || typeof order_id !== 'string') return 'Send a token and metadata.order_id.';
    return { key, kind: 'authorize', amount_minor, currency, token, order_id };
  }
  const [, reference, action] = /^\/authorizations\/([^/]+)\/(capture|void|refunds)$/.exec(path) ?? [];
  if (!reference || !action) return 'There is nothing at this address.';
  const kind = kinds[action as keyof typeof kinds];
  return { key, kind, amount_minor, currency, reference: decodeURIComponent(reference) };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
