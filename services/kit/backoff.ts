/** Full jitter: a random delay up to `baseMs · 2^attempt`, at most `capMs`. `attempt` counts from 0. */
export const fullJitter = (
  attempt: number,
  baseMs: number,
  capMs: number,
  random: () => number = Math.random,
): number => Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));

/** Resolves after `ms`, or at once when the signal is aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
