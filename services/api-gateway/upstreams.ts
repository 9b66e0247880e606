import { Pool } from 'undici';
import { createRetryBudget, type RetryBudget } from '../kit/retry-budget.ts';
import type { ServiceName } from '../platform/names.ts';

/** The connections to one service and what is left for retries to it. */
export type Upstream = { readonly service: ServiceName; readonly pool: Pool; readonly budget: RetryBudget };

/**
 * Kept-alive connections to a service: one request at a time on each, idle ones closed long before the service would. More than a
 * service can work on at once, because what waits here loses time that the service does not know of.
 */
export function openUpstream(service: ServiceName, baseUrl: string, connections = 256): Upstream {
  const pool = new Pool(baseUrl, {
    connections,
    pipelining: 1,
    connect: { timeout: 500 },
    keepAliveTimeout: 30_000,
    // The relay times every attempt itself, and two clocks would cost two timers a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return { service, pool, budget: createRetryBudget() };
}
