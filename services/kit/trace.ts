import { randomFillSync } from 'node:crypto';

// One system call fills ids for many requests: randomBytes per id was the dearest part of tracing.
const pool = Buffer.alloc(4096);
let used = pool.length;

function take(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}

function randomHex(bytes: number): string {
  const start = take(bytes);
  return pool.toString('hex', start, start + bytes);
}

const sixteen = new Uint8Array(16);

/** 16 random bytes, to be read before the next call, which overwrites them. */
export function randomBytes16(): Uint8Array {
  const start = take(16);
  // A view of the pool would cost more than copying so little.
  for (let index = 0; index < 16; index += 1) sixteen[index] = pool[start + index] ?? 0;
  return sixteen;
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
