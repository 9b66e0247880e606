import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { Metrics } from '../kit/metrics.ts';
import { type Problem, problemDocument, problemHeaders, statusOf } from '../kit/problem.ts';
import { newSpanId, newTraceId, traceIdOf, traceparent } from '../kit/trace.ts';

/** How long a client may wait for a whole answer, in milliseconds. */
export const clientDeadlineMs = 10_000;

/** What a client that left before its answer is counted as; nobody receives it. */
const clientLeft = 499;

/** One request of a client, from its head to the end of its answer. */
export type Exchange = {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** The client's, when well formed, else a new one. */
  readonly requestId: string;
  readonly traceparent: string;
  /** On this process's monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Answers with a problem; cuts the connection when an answer has begun already. */
  refuse(of: Problem): void;
  /** Ends an answer that cannot be completed: the client sees that it is cut. */
  cut(): void;
  /** Adds a reason to the line that is logged for this exchange. */
  blame(reason: string): void;
};

export type Observers = { readonly log: Log; readonly metrics: Metrics };

/** Begins an exchange; when it is over, one line is logged and one time observed under the route's template. */
export function openExchange(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  route: string,
  { log, metrics }: Observers,
): Exchange {
  const started = performance.now();
  const sent = incoming.headers['x-request-id'];
  const requestId = typeof sent === 'string' && /^[\w-]{8,64}$/.test(sent) ? sent : newId('request');
  const parent = incoming.headers.traceparent;
  const traceId = traceIdOf(typeof parent === 'string' ? parent : undefined) ?? newTraceId();
  const method = incoming.method ?? '';
  let reason: string | undefined;
  let wasCut = false;

  outgoing.once('close', () => {
    const seconds = (performance.now() - started) / 1000;
    const status = outgoing.writableFinished || wasCut ? outgoing.statusCode : clientLeft;
    metrics.requests.observe({ method, route, status }, seconds);
    const line = {
      request_id: requestId,
      trace_id: traceId,
      method,
      route,
      status,
      ms: Math.round(seconds * 1e4) / 10,
    };
    if (reason !== undefined || status >= 500) log.warn({ ...line, reason }, 'request');
    else log.info(line, 'request');
  });

  const exchange: Exchange = {
    incoming,
    outgoing,
    requestId,
    traceparent: traceparent(traceId, newSpanId()),
    deadline: started + clientDeadlineMs,
    refuse(of) {
      if (outgoing.headersSent) {
        exchange.cut();
        return;
      }
      const body = JSON.stringify(problemDocument(of, requestId));
      outgoing.writeHead(statusOf(of.code), {
        ...problemHeaders(of),
        'content-length': Buffer.byteLength(body),
        'x-request-id': requestId,
        traceparent: exchange.traceparent,
      });
      outgoing.end(body);
    },
    cut() {
      wasCut = true;
      outgoing.destroy();
    },
    blame(why) {
      reason = why;
    },
  };
  return exchange;
}
