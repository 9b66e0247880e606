import type { Dispatcher } from 'undici';
import { problem } from '../kit/problem.ts';
import { declaredLength, headersToAnswer } from './answer-headers.ts';
import type { Exchange } from './exchange.ts';
import type { Upstream } from './upstreams.ts';

/** What to ask a service: its own path with the query, the client's fields to pass on, and the whole body. */
export type RelayedRequest = {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer | null;
};

type Head = {
  readonly status: number;
  readonly text: string | undefined;
  readonly headers: Dispatcher.ResponseData['headers'];
};

/** Limits of one attempt, in milliseconds (order-flow, section 7). */
const readTimeoutMs = 1_000;
const writeTimeoutMs = 3_000;
/** Up to this length a whole body is sent in one piece with its head. */
const joinedBytes = 8 * 1024;
/** What is kept of the client's deadline for answering. */
const marginMs = 50;

/**
 * Sends a request to a service and its answer to the client, unchanged and without buffering. A read is tried twice within
 * the retry budget and stopped when the client leaves; anything else is sent once and, once begun, finished without its
 * client, because stopping it would leave its outcome unknown. Answers 503 when the service gives no answer in time.
 */
export function relay(exchange: Exchange, upstream: Upstream, request: RelayedRequest): void {
  const { outgoing } = exchange;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  let attempts = 0;
  let hasLeft = false;
  let current: Attempt | undefined;
  upstream.budget.earn();

  outgoing.once('close', () => {
    hasLeft = true;
    current?.clientLeft();
  });
  begin();

  function begin(): void {
    const left = Math.floor(exchange.deadline - performance.now()) - marginMs;
    const timeoutMs = Math.min(left, isRead ? readTimeoutMs : writeTimeoutMs);
    if (timeoutMs <= 0) {
      fail('no time left');
      return;
    }
    attempts += 1;
    current = attempt(exchange, upstream, request, timeoutMs, isRead, failed);
  }

  function failed(reason: string, mayRetry: boolean): void {
    if (hasLeft) return;
    if (outgoing.headersSent) {
      exchange.blame(`${upstream.service}: ${reason}, in the middle of its answer`);
      exchange.cut();
    } else if (isRead && mayRetry && attempts < 2 && upstream.budget.spend()) begin();
    else fail(reason);
  }

  function fail(reason: string): void {
    exchange.blame(`${upstream.service}: ${reason}`);
    exchange.refuse(problem('unavailable', 'Try again shortly.'));
  }
}

type Attempt = { clientLeft(): void };

/** `failed` is called at most once, and never after the answer went out whole. */
function attempt(
  exchange: Exchange,
  upstream: Upstream,
  request: RelayedRequest,
  timeoutMs: number,
  mayAbort: boolean,
  failed: (reason: string, mayRetry: boolean) => void,
): Attempt {
  const { outgoing } = exchange;
  let controller: Dispatcher.DispatchController | undefined;
  let head: Head | undefined;
  let isOver = false;
  let hasLeft = false;
  let timer = setTimeout(expire, timeoutMs);

  function giveUp(reason: string, mayRetry: boolean): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    controller?.abort(new Error(reason));
    failed(reason, mayRetry);
  }

  function expire(): void {
    // A request that still waits for a connection would wait again: the service is full, not slow.
    giveUp(controller ? 'no answer in time' : 'no free connection in time', controller !== undefined);
  }

  function sendHead({ status, text, headers }: Head): void {
    head = undefined;
    const added = { 'x-request-id': exchange.requestId, traceparent: exchange.traceparent };
    const fields = headersToAnswer(headers, added);
    if (text) outgoing.writeHead(status, text, fields);
    else outgoing.writeHead(status, fields);
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      // Thrown rather than aborted: nothing was written yet, so the connection stays good for the next request.
      if (isOver || hasLeft) throw new Error('nobody waits for this any more');
      controller = started;
    },
    onResponseStart(_, status, headers, text) {
      if (status >= 200) head = { status, text, headers };
    },
    onResponseData(running, chunk) {
      if (isOver || hasLeft) return;
      if (head) {
        const isWhole = declaredLength(head.headers) === chunk.length;
        sendHead(head);
        clearTimeout(timer);
        if (isWhole) {
          isOver = true;
          // A string leaves in one write with the head, which costs less than two buffers; latin1 keeps every byte.
          if (chunk.length <= joinedBytes) outgoing.end(chunk.toString('latin1'), 'latin1');
          else outgoing.end(chunk);
          return;
        }
        timer = setTimeout(expire, Math.max(1, exchange.deadline - performance.now()));
      }
      if (!outgoing.write(chunk)) {
        running.pause();
        outgoing.once('drain', () => running.resume());
      }
    },
    onResponseEnd() {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (hasLeft) return;
      if (head) sendHead(head);
      if (!outgoing.writableEnded) outgoing.end();
    },
    onResponseError(_, error) {
      giveUp(error.message, true);
    },
  };
  const options = {
    method: request.method as Dispatcher.HttpMethod,
    path: request.target,
    headers: [...request.headers, 'x-deadline-ms', String(timeoutMs)],
    body: request.body,
  };
  upstream.pool.dispatch(options, handler);

  return {
    clientLeft() {
      if (isOver) return;
      hasLeft = true;
      if (mayAbort || !controller) giveUp('the client left', false);
      else controller.resume();
    },
  };
}
