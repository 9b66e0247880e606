/** Lets retries be at most a share of calls, so that a dead dependency is not asked twice by everybody. */
export type RetryBudget = {
  /** To be called once per call, not per attempt. */
  earn(): void;
  /** Whether one more attempt may be made now. */
  spend(): boolean;
};

/** A token bucket that starts full with `max`, gains `perCall` a call and pays 1 a retry: 10 % by default. */
export function createRetryBudget(perCall = 0.1, max = 10): RetryBudget {
  let tokens = max;
  return {
    earn() {
      tokens = Math.min(max, tokens + perCall);
    },
    spend() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
