/** Time as a dependency, so that tests can move it. */
export interface Clock {
  /** Wall clock, epoch milliseconds: for what people read, never for deciding who holds a lease. */
  now(): number;
  /** Milliseconds that only grow; compare with values of this process only. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** UTC ISO-8601 with milliseconds and `Z`. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
