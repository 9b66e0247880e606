import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.ts';
import { asking, type Dynamo, type Item, isConditionFailure } from './dynamo.ts';

export type ItemKey = { readonly pk: string; readonly sk: string };

/** Attributes of an item that one worker at a time may move on. */
export type Claimed = {
  readonly fence: number;
  readonly claimed_by?: string;
  readonly claim_beat?: number;
};

export interface Claims {
  /** This process, as it signs claims. */
  readonly holder: string;
  /**
   * Claims an item that still has work: raises its fence and answers the whole item as it is now, or `undefined` when there is
   * nothing to do (`wanted` says no), or somebody else's claim may still be alive. Every later write must carry `fence = :mine`.
   */
  take(key: ItemKey, wanted?: (item: Item) => boolean): Promise<(Item & Claimed) | undefined>;
  /** Runs `work` while showing that the claim is alive; for steps that may last longer than the claim. */
  hold<T>(key: ItemKey, fence: number, work: () => Promise<T>): Promise<T>;
}

/** How soon others may begin to watch a claim, in milliseconds: the sooner, the sooner a dead one is taken over. */
const watchAfterMs = 1_000;

/**
 * Claims with fences. A claim of somebody else is taken over only after it was watched unchanged for `holdMs` on our own
 * monotonic clock, so no two clocks are compared: the fence gives safety, clocks only progress.
 */
export function createClaims(options: {
  readonly dynamo: Dynamo;
  readonly table: string;
  /** Unique to this process. */
  readonly holder: string;
  readonly holdMs: number;
  readonly clock: Clock;
  /** Whether a process is known to be gone by other means (shard-leases.ts): its claims need not be watched again. */
  readonly isGone?: (holder: string) => boolean;
}): Claims {
  const { dynamo, table, holder, holdMs, clock } = options;
  const watched = new Map<string, { readonly sign: string; readonly since: number }>();
  const nameOf = (key: ItemKey) => `${key.pk}|${key.sk}`;

  function isOver(key: ItemKey, item: Claimed): boolean {
    if (item.claimed_by === undefined || item.claimed_by === holder) return true;
    if (options.isGone?.(item.claimed_by)) return true;
    const sign = `${item.claimed_by}:${item.fence}:${item.claim_beat ?? 0}`;
    const seen = watched.get(nameOf(key));
    if (seen?.sign === sign) return clock.monotonic() - seen.since >= holdMs;
    if (watched.size > 10_000) watched.clear();
    watched.set(nameOf(key), { sign, since: clock.monotonic() });
    return false;
  }

  return {
    holder,
    async take(key, wanted = () => true) {
      const { Item: found } = await asking(() =>
        dynamo.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true })),
      );
      const item = found as (Item & Claimed) | undefined;
      if (!item || item.work_pk === undefined || !wanted(item) || !isOver(key, item)) return undefined;
      watched.delete(nameOf(key));
      try {
        const { Attributes } = await asking(() =>
          dynamo.send(
            new UpdateCommand({
              TableName: table,
              Key: key,
              UpdateExpression: 'SET fence = :next, claimed_by = :me, claim_beat = :zero, work_sk = :due',
              ConditionExpression: 'fence = :seen AND attribute_exists(work_pk)',
              ExpressionAttributeValues: {
                ':next': item.fence + 1,
                ':seen': item.fence,
                ':me': holder,
                ':zero': 0,
                ':due': clock.now() + watchAfterMs,
              },
              ReturnValues: 'ALL_NEW',
            }),
          ),
        );
        return Attributes as Item & Claimed;
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },

    async hold(key, fence, work) {
      let beat = 0;
      const timer = setInterval(() => {
        beat += 1;
        dynamo
          .send(
            new UpdateCommand({
              TableName: table,
              Key: key,
              UpdateExpression: 'SET claim_beat = :beat',
              ConditionExpression: 'fence = :mine',
              ExpressionAttributeValues: { ':beat': beat, ':mine': fence },
            }),
          )
          // A lost beat costs at most the claim; the fence keeps the next write safe.
          .catch(() => {});
      }, holdMs / 3);
      try {
        return await work();
      } finally {
        clearInterval(timer);
      }
    },
  };
}
