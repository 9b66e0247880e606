import pino, { type Logger } from 'pino';
import { isoTime } from './clock.ts';
import { currentContext } from './request-context.ts';

export type Log = Logger;

/**
 * One JSON object a line on standard output, buffered up to 12 KiB or 250 ms, flushed at exit. Lines carry the request and
 * trace id of the request being served. Never log a body, a token, an e-mail or a name.
 */
export function createLog(service: string, level: string): Log {
  const destination = batched(pino.destination({ dest: 1, sync: false }));
  setInterval(() => destination.flush(), 250).unref();
  process.on('exit', () => destination.flushSync());
  return pino(
    {
      level,
      base: { service },
      timestamp: isoTimestamp,
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const context = currentContext();
        return context ? { request_id: context.requestId, trace_id: context.traceId } : nothing;
      },
      mixinMergeStrategy: (line, context) => (context === nothing ? line : Object.assign(context, line)),
    },
    destination,
  );
}

const nothing = {};

let stampedAt = 0;
let stamp = '';

/** The time member of a line, made once a millisecond. */
function isoTimestamp(): string {
  const now = Date.now();
  if (now !== stampedAt) {
    stampedAt = now;
    stamp = `,"time":"${isoTime(now)}"`;
  }
  return stamp;
}

const batchLength = 12 * 1024;

/** Hands lines on many at a time: the destination's own buffer measures each line, which costs more than writing it. */
export function batched(sink: { write(text: string): unknown; flushSync(): void }) {
  let lines = '';
  const flush = () => {
    if (lines === '') return;
    const batch = lines;
    lines = '';
    sink.write(batch);
  };
  return {
    write(line: string): void {
      lines += line;
      if (lines.length >= batchLength) flush();
    },
    flush,
    flushSync(): void {
      flush();
      sink.flushSync();
    },
  };
}

type LoggedError = {
  readonly type: string;
  readonly message?: string;
  readonly code?: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
};

/** What is logged of an error: not its other members, because drivers keep whole rows and parameters there. */
export function describeError(error: unknown, depth = 4): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause !== undefined && depth > 0 ? { cause: describeError(error.cause, depth - 1) } : {}),
  };
}
