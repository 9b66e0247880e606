import { randomFillSync } from 'node:crypto';

// One system call fills ids for many requests: randomBytes per id was the dearest part of tracing.
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** A new 32-digit trace id. */
export const newTraceId = (): string => randomHex(16);
/** A new 16-digit span id. */
export const newSpanId = (): string => randomHex(8);

/** The trace id of a `traceparent` header (W3C Trace Context, version 00), or `undefined` when it is not well formed. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const id = traceparent && /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent)?.[1];
  return id && !/^0+$/.test(id) ? id : undefined;
}

/** The `traceparent` header for a call made by this span. */
export const traceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;
