import { BrokenCircuitError, CircuitState, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import { Pool } from 'undici';
import type { ServiceName } from '../platform/names.ts';
import { fullJitter, sleep } from './backoff.ts';
import type { Metrics } from './metrics.ts';
import { currentContext } from './request-context.ts';
import { createRetryBudget } from './retry-budget.ts';
import type { ServiceTokenSource } from './service-token.ts';
import { newSpanId, newTraceId, traceparent } from './trace.ts';
import { Unavailable } from './unavailable.ts';

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** For one attempt, in milliseconds; what is left of the caller's deadline when that is less. */
  readonly timeoutMs: number;
  /** 2 only for calls that may safely happen twice; the second one spends from the retry budget. Default 1. */
  readonly attempts?: 1 | 2;
};

/** A definite answer: 2xx, or a 4xx that is the callee's decision. */
export type Answer = { readonly status: number; readonly body: unknown };

export interface HttpClient {
  /**
   * Asks another service. Throws `Unavailable` for everything that is no decision: refused connections, timeouts, 5xx, 429,
   * and 401/403, which between services mean that a token or a key set is missing, never "no".
   */
  call(call: Call): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Calls to one service over kept-alive connections, with the caller's deadline, request id, trace and user token passed on,
 * a retry budget of 10 % and a circuit breaker (open at half of at least 20 calls in 10 s failing, one probe after 5 s).
 */
export function createHttpClient(options: {
  readonly callee: ServiceName;
  readonly baseUrl: string;
  readonly token: ServiceTokenSource;
  readonly metrics: Metrics;
  readonly connections?: number;
}): HttpClient {
  const { callee } = options;
  const pool = new Pool(options.baseUrl, {
    connections: options.connections ?? 32,
    pipelining: 1,
    connect: { timeout: 500 },
    keepAliveTimeout: 30_000,
  });
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 5_000,
    // The library opens above its threshold, and half must be enough.
    breaker: new SamplingBreaker({ threshold: 0.4999, duration: 10_000, minimumRps: 2 }),
  });
  const budget = createRetryBudget();

  async function attempt(call: Call, timeoutMs: number): Promise<Answer> {
    const context = currentContext();
    const headers: Record<string, string> = {
      authorization: `Bearer ${options.token(callee)}`,
      traceparent: traceparent(context?.traceId ?? newTraceId(), context?.spanId ?? newSpanId()),
      'x-deadline-ms': String(Math.ceil(timeoutMs)),
    };
    if (context) headers['x-request-id'] = context.requestId;
    if (context?.userToken) headers['x-user-token'] = context.userToken;
    if (call.body !== undefined) headers['content-type'] = 'application/json';

    const response = await pool.request({
      method: call.method,
      path: call.path,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
    });
    const text = await response.body.text();
    const status = response.statusCode;
    if (status >= 500 || status === 429 || status === 401 || status === 403)
      throw new Unavailable(callee, `it answered ${status} to ${call.method} ${routeOf(call.path)}`);
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function guarded(call: Call): Promise<Answer> {
    const deadline = currentContext()?.deadline;
    const left = deadline === undefined ? call.timeoutMs : Math.min(call.timeoutMs, deadline - performance.now());
    if (left <= 0) throw new Unavailable(callee, 'the deadline has passed');
    const stop = options.metrics.calls.startTimer({ callee });
    try {
      const answer = await breaker.execute(() => attempt(call, left));
      stop({ outcome: `${Math.floor(answer.status / 100)}xx` });
      return answer;
    } catch (error) {
      stop({ outcome: error instanceof BrokenCircuitError ? 'circuit_open' : 'unavailable' });
      if (error instanceof Unavailable) throw error;
      throw new Unavailable(callee, reasonOf(error), {}, error);
    }
  }

  return {
    async call(call) {
      budget.earn();
      try {
        return await guarded(call);
      } catch (error) {
        if (call.attempts !== 2 || breaker.state === CircuitState.Open || !budget.spend()) throw error;
        await sleep(fullJitter(0, 50, 50));
        return guarded(call);
      }
    },
    close: () => pool.destroy(),
  };
}

const routeOf = (path: string) => path.replace(/_[0-9a-f-]{36}/g, '_…').split('?')[0];

function reasonOf(error: unknown): string {
  if (error instanceof BrokenCircuitError) return 'too many recent calls failed';
  if (error instanceof Error) return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
  return 'the call failed';
}
