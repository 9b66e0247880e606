import type { Log } from './log.ts';

export type Loop = {
  /** Runs the next turn now instead of at the end of the pause. */
  wake(): void;
  /** Lets the turn under way finish, then ends. */
  stop(): Promise<void>;
};

/**
 * Runs `turn` again and again with a pause of `everyMs` between turns. A turn that throws is logged and the loop goes on: a
 * worker must outlive whatever is down. `turn` gets a signal that is aborted when the loop is to stop.
 */
export function startLoop(options: {
  readonly name: string;
  readonly everyMs: number;
  readonly turn: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}): Loop {
  const stopping = new AbortController();
  let woken = false;
  let wake = () => {};

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const running = (async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        await options.turn(stopping.signal);
      } catch (error) {
        options.log.warn({ loop: options.name, err: error }, 'turn failed');
      }
      if (!woken && !stopping.signal.aborted) await pause();
    }
  })();

  return {
    wake() {
      woken = true;
      wake();
    },
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
