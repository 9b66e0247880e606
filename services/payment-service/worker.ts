import type { Backlog } from '../kit/backlog.ts';
import type { Clock } from '../kit/clock.ts';
import type { Dynamo } from '../kit/dynamo.ts';
import type { Log } from '../kit/log.ts';
import { type Loop, startLoop } from '../kit/loop.ts';
import { type DueItem, dueWork, shardRotation } from '../kit/work-index.ts';
import { paymentIdOf } from './item.ts';
import type { Runner } from './runner.ts';

/** Shards looked at in one turn: with 16 shards and 250 ms a turn, each is seen every second. */
const shardsPerTurn = 4;
/** Attempts that one replica moves on at once; the rest waits for its next turn, or for another replica. */
const maxRunning = 32;

/** Finds attempts with work left that nobody is doing: what a dead process left, what has to be tried again. */
export function startWorker(parts: {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly log: Log;
  /** What a look at a shard found. */
  readonly saw?: Backlog['saw'];
}): Loop {
  const { dynamo, table, runner, clock, log } = parts;
  const nextShards = shardRotation(shardsPerTurn);
  async function look(shard: number): Promise<readonly DueItem[]> {
    const items = await dueWork(dynamo, table, shard, clock);
    parts.saw?.(shard, items);
    return items;
  }

  return startLoop({
    name: 'payment-recovery',
    everyMs: 250,
    log,
    async turn(signal) {
      const found = await Promise.all(nextShards().map(look));
      for (const { pk } of found.flat()) {
        if (signal.aborted || runner.size >= maxRunning) return;
        const paymentId = paymentIdOf(pk);
        if (!runner.isRunning(paymentId)) void runner.run(paymentId);
      }
    },
  });
}
