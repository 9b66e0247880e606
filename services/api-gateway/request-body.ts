import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '../kit/problem.ts';
import { maxBodyBytes } from '../kit/request-body.ts';

/** A whole body, or why there is none. `gone`: the client has left. */
export type ReceivedBody =
  | { readonly kind: 'body'; readonly bytes: Buffer | null }
  | { readonly kind: 'gone' }
  | Problem;

const none: ReceivedBody = { kind: 'body', bytes: null };
const tooLarge = (): Problem => problem('body_too_large', `Send at most ${maxBodyBytes} bytes.`);
const tooSlow = (): Problem => problem('request_timeout', 'Send the whole body without pauses.');

/** What the head says about the body: none, one to be received, or a problem. */
export function announcedBody(incoming: IncomingMessage): 'none' | 'some' | Problem {
  const coding = incoming.headers['transfer-encoding'];
  const length = incoming.headers['content-length'];
  if (coding !== undefined) {
    // Anything else than plain chunks may be framed differently by the next parser.
    if (coding.toLowerCase() !== 'chunked' || length !== undefined || incoming.httpVersion !== '1.1')
      return problem('bad_request', 'Send either Content-Length or "Transfer-Encoding: chunked".', {
        headers: { connection: 'close' },
      });
  } else if (length === undefined || length === '0') return 'none';
  if (incoming.method === 'GET' || incoming.method === 'HEAD')
    return problem('bad_request', 'This method takes no body.');
  return Number(length ?? 0) > maxBodyBytes ? tooLarge() : 'some';
}

/**
 * Receives a body before a service is asked, so that a slow client holds no connection to a service and a request that was
 * begun can be finished without its client. Never holds more than the limit; gives up after `timeoutMs`.
 */
export function receiveBody(incoming: IncomingMessage, timeoutMs: number): Promise<ReceivedBody> {
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(tooSlow()), timeoutMs);
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBodyBytes) {
        incoming.pause();
        settle(tooLarge());
        return;
      }
      chunks.push(chunk);
      if (size === length) onEnd();
    };
    const onEnd = () => settle(size === 0 ? none : { kind: 'body', bytes: whole(chunks) });
    const onGone = () => settle({ kind: 'gone' });
    function settle(result: ReceivedBody) {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // A listener must stay: an error without one would end the process.
      incoming.on('error', ignore);
      resolve(result);
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

const ignore = () => {};
const whole = (chunks: readonly Buffer[]): Buffer => (chunks.length === 1 && chunks[0]) || Buffer.concat(chunks);
