import type { z } from 'zod';
import { type FieldError, type Problem, problem } from './problem.ts';

/** Largest body a service reads, in bytes; the gateway has the same limit. */
export const maxBodyBytes = 64 * 1024;

/** Reads a JSON body without ever holding more than the limit: the value, or the problem to answer with. */
export async function readJson(
  request: Request,
  mayBeEmpty: boolean,
): Promise<{ readonly kind: 'json'; readonly value: unknown } | Problem> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readBytes(request);
  } catch {
    // The client went away or broke the framing: nobody reads the answer, and it is no defect of ours.
    return problem('bad_request', 'The body ended before it was complete.');
  }
  if (bytes === undefined) return problem('body_too_large', `Send at most ${maxBodyBytes} bytes.`);
  if (bytes.byteLength === 0 && mayBeEmpty) return { kind: 'json', value: {} };
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    return problem('unsupported_media_type', 'Send the body with "Content-Type: application/json".');
  try {
    return { kind: 'json', value: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return problem('invalid_json', 'Send one JSON value, encoded in UTF-8.');
  }
}

// Strict: a replaced character would change what was sent, a password for example.
const utf8 = new TextDecoder('utf-8', { fatal: true });

async function readBytes(request: Request): Promise<Uint8Array | undefined> {
  const declared = request.headers.get('content-length');
  if (declared !== null)
    return Number(declared) > maxBodyBytes ? undefined : new Uint8Array(await request.arrayBuffer());
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The 422 for a value that a schema refused: where and why, never what was sent. */
export function invalidRequest(where: 'body' | 'query' | 'path', error: z.ZodError): Problem {
  const prefix = where === 'body' ? '' : `/${where}`;
  const errors: FieldError[] = error.issues.slice(0, 20).map((issue) => ({
    pointer: `${prefix}${issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`,
    detail: issue.code === 'unrecognized_keys' ? 'Unknown fields; remove them.' : issue.message,
  }));
  return problem('invalid_request', 'Correct what "errors" points at.', { extra: { errors } });
}
