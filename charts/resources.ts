import type { ServiceName } from '../services/platform/names.ts';

/** What one replica is promised (`request`, what the autoscaler's percentages are of) and where it is stopped (`limit`). */
export type Resources = {
  readonly cpuMillis: { readonly request: number; readonly limit: number };
  readonly memoryMiB: { readonly request: number; readonly limit: number };
};

/**
 * One process of Node each: a thread for JavaScript, a few for the rest, so two cores are what it can ever use; user-service hashes
 * passwords beside that thread. Measured: 120 MiB at rest, at most 270 MiB with all that one core answers, so that 80 % of
 * product-service's memory is not reached by traffic alone.
 */
export const resources: Readonly<Record<ServiceName, Resources>> = {
  'api-gateway': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 384, limit: 768 } },
  'user-service': { cpuMillis: { request: 500, limit: 2_000 }, memoryMiB: { request: 384, limit: 768 } },
  'product-service': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 384, limit: 768 } },
  'order-service': { cpuMillis: { request: 500, limit: 1_500 }, memoryMiB: { request: 384, limit: 768 } },
  'payment-service': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 256, limit: 512 } },
};

/** A migration runs for seconds, alone. */
export const migrationResources: Resources = {
  cpuMillis: { request: 100, limit: 1_000 },
  memoryMiB: { request: 128, limit: 256 },
};
