import { crashpoint } from '../kit/failpoints.ts';
import type { Log } from '../kit/log.ts';
import { type Loop, startLoop } from '../kit/loop.ts';
import type { InventoryStore } from './inventory-store.ts';

const batch = 200;

export type SweeperParts = {
  readonly inventory: Pick<InventoryStore, 'due' | 'resolve'>;
  readonly log: Log;
  /** Called for each hold that this replica ended. */
  readonly expired: () => void;
};

/** Ends the holds that ran out, one transaction each, until none is due or the signal says stop. Answers how many it ended. */
export async function sweep({ inventory, expired }: Omit<SweeperParts, 'log'>, signal?: AbortSignal): Promise<number> {
  let ended = 0;
  for (;;) {
    const due = await inventory.due(batch);
    for (const reservation of due) {
      if (signal?.aborted) return ended;
      // Another replica may have been here first, or an extension: then it is not `ok`, and nothing happened.
      if ((await inventory.resolve(reservation, 'expired')) === 'ok') {
        ended += 1;
        expired();
      }
      await crashpoint('product.mid_sweep');
    }
    if (due.length < batch) return ended;
  }
}

/** Sweeps every `everyMs`. Any number of replicas may do it at once. */
export const startSweeper = (parts: SweeperParts, everyMs: number): Loop =>
  startLoop({
    name: 'sweeper',
    everyMs,
    log: parts.log,
    async turn(signal) {
      const ended = await sweep(parts, signal);
      if (ended > 0) parts.log.info({ ended }, 'holds expired');
    },
  });
