import type { Backlog } from '../kit/backlog.ts';
import type { Claims } from '../kit/claims.ts';
import type { Clock } from '../kit/clock.ts';
import type { Dynamo } from '../kit/dynamo.ts';
import type { Log } from '../kit/log.ts';
import { startLoop } from '../kit/loop.ts';
import { withoutDeadline } from '../kit/request-context.ts';
import type { ShardLeases } from '../kit/shard-leases.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { type DueItem, dueWork } from '../kit/work-index.ts';
import { orderIdOf, orderKey, orderOf } from './item.ts';
import { isDue } from './next-action.ts';
import type { Relay } from './outbox.ts';
import type { Saga } from './saga.ts';

export interface Worker {
  /** Claims an order and drives it as far as it goes; returns at once when this process is already on it. */
  driveNow(orderId: string): Promise<void>;
  /** The same, without waiting for it. */
  kick(orderId: string): void;
  /** Registers a drive that a request does itself, so that the worker leaves the order alone meanwhile. */
  driving<T>(orderId: string, work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Shards looked at in one turn: with 16 shards and 250 ms a turn, one replica alone sees each of them every second. */
const shardsPerTurn = 4;
const maxAtOnce = 32;

/**
 * Finds orders and events with work left in this replica's shards of the work index and moves them on: the recovery of the saga
 * and the poll of the outbox, in one loop.
 */
export function startWorker(parts: {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly claims: Claims;
  readonly leases: ShardLeases;
  readonly saga: Saga;
  readonly relay: Relay;
  readonly clock: Clock;
  readonly log: Log;
  /** What a look at a shard found. */
  readonly saw?: Backlog['saw'];
}): Worker {
  const { dynamo, table, claims, leases, saga, relay, clock, log } = parts;
  const active = new Map<string, Promise<unknown>>();
  let position = 0;

  async function driving<T>(orderId: string, work: () => Promise<T>): Promise<T> {
    const running = withoutDeadline(work);
    active.set(orderId, running);
    try {
      return await running;
    } finally {
      if (active.get(orderId) === running) active.delete(orderId);
    }
  }

  async function driveNow(orderId: string): Promise<void> {
    // Somebody here is on it and may be past the point where it would see our change: go after, not instead.
    await active.get(orderId)?.catch(() => {});
    if (active.has(orderId)) return;
    await driving(orderId, async () => {
      try {
        const item = await claims.take(orderKey(orderId), (one) => isDue(orderOf(one), clock.now()));
        if (item) await saga.drive(orderOf(item));
      } catch (error) {
        if (!(error instanceof Unavailable)) log.error({ order_id: orderId, err: error }, 'drive failed');
      }
    });
  }

  async function look(shard: number): Promise<readonly DueItem[]> {
    const items = await dueWork(dynamo, table, shard, clock);
    parts.saw?.(shard, items);
    return items;
  }

  const leasing = startLoop({ name: 'shard leases', everyMs: 1_000, log, turn: () => leases.turn() });
  const polling = startLoop({
    name: 'work index',
    everyMs: 250,
    log,
    async turn() {
      const mine = [...leases.owned()].sort((a, b) => a - b);
      const turn = mine.length <= shardsPerTurn ? mine : shardsPerTurnFrom(mine, position);
      position += shardsPerTurn;
      const due = (await Promise.all(turn.map(look))).flat();
      const publish = new Set<string>();
      for (const { pk, sk } of due) {
        const orderId = orderIdOf(pk);
        if (!orderId) continue;
        if (sk === 'META') {
          if (!active.has(orderId) && active.size < maxAtOnce) void driveNow(orderId);
        } else publish.add(orderId);
      }
      await Promise.all([...publish].map((orderId) => relay.publish(orderId)));
    },
  });

  return {
    driveNow,
    kick(orderId) {
      void driveNow(orderId);
    },
    driving,
    async stop() {
      await Promise.all([leasing.stop(), polling.stop()]);
      await Promise.allSettled(active.values());
      await relay.settle();
      await leases.release().catch((error: unknown) => log.warn({ err: error }, 'leases not given back'));
    },
  };
}

function shardsPerTurnFrom(mine: readonly number[], position: number): readonly number[] {
  return Array.from({ length: shardsPerTurn }, (_, index) => mine[(position + index) % mine.length] ?? 0);
}
