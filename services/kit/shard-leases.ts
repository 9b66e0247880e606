import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from './clock.ts';
import { asking, type Dynamo, isConditionFailure } from './dynamo.ts';
import { workShards } from './work-index.ts';

export interface ShardLeases {
  /** The shards that are ours as far as we know: for progress and order, not for safety. */
  owned(): ReadonlySet<number>;
  /** Whether a holder was watched without a heartbeat for as long as a lease lasts. */
  isGone(holder: string): boolean;
  /** One turn: heartbeat, look at the others, give up what exceeds our share, take what is free or orphaned. */
  turn(): Promise<void>;
  /** Gives everything back, so that others need not wait. */
  release(): Promise<void>;
}

type Row = { readonly sk: string; readonly holder?: string; readonly beat?: number; readonly fence?: number };

/**
 * Divides the work shards among the replicas of a service. Each replica shows that it lives by one heartbeat item; a holder is
 * gone when its beat was watched unchanged for `holdMs` on our own monotonic clock. Costs one query and one write a turn.
 */
export function createShardLeases(options: {
  readonly dynamo: Dynamo;
  readonly table: string;
  /** Partition key under which the rows live. */
  readonly pk: string;
  readonly holder: string;
  readonly holdMs: number;
  readonly clock: Clock;
}): ShardLeases {
  const { dynamo, table, pk, holder, holdMs, clock } = options;
  const beats = new Map<string, { readonly beat: number; readonly since: number }>();
  let mine = new Set<number>();
  let beat = 0;
  let seen = new Set<string>();

  const isGone = (name: string): boolean => {
    if (name === holder) return false;
    const known = beats.get(name);
    return known !== undefined && clock.monotonic() - known.since >= holdMs;
  };

  async function rows(): Promise<readonly Row[]> {
    const { Items = [] } = await asking(() =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
        }),
      ),
    );
    return Items as unknown as readonly Row[];
  }

  function watch(all: readonly Row[]): void {
    seen = new Set();
    const holders = new Set(all.flatMap((row) => (row.holder && row.sk.startsWith('SHARD#') ? [row.holder] : [])));
    for (const row of all) if (row.sk.startsWith('HOLDER#')) holders.add(row.sk.slice(7));
    for (const name of holders) {
      const now = all.find((row) => row.sk === `HOLDER#${name}`)?.beat ?? -1;
      const known = beats.get(name);
      if (known?.beat !== now) beats.set(name, { beat: now, since: clock.monotonic() });
      seen.add(name);
    }
    for (const name of beats.keys()) if (!seen.has(name)) beats.delete(name);
  }

  async function setHolder(shard: number, fence: number, next: string): Promise<boolean> {
    try {
      await asking(() =>
        dynamo.send(
          new UpdateCommand({
            TableName: table,
            Key: { pk, sk: `SHARD#${shard}` },
            UpdateExpression: 'SET holder = :next, fence = :raised',
            ConditionExpression: fence === 0 ? 'attribute_not_exists(pk)' : 'fence = :fence',
            ExpressionAttributeValues: {
              ':next': next,
              ':raised': fence + 1,
              ...(fence === 0 ? {} : { ':fence': fence }),
            },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  return {
    owned: () => mine,
    isGone,

    async turn() {
      beat += 1;
      const item = { pk, sk: `HOLDER#${holder}`, beat, expires_at: Math.floor(clock.now() / 1000) + 86_400 };
      await asking(() => dynamo.send(new PutCommand({ TableName: table, Item: item })));
      const all = await rows();
      watch(all);
      const live = [...seen].filter((name) => !isGone(name) && beats.get(name)?.beat !== -1).length;
      const share = Math.ceil(workShards / Math.max(1, live));
      const shards = Array.from({ length: workShards }, (_, shard) => ({
        shard,
        row: all.find((row) => row.sk === `SHARD#${shard}`),
      }));
      const kept = new Set(shards.filter(({ row }) => row?.holder === holder).map(({ shard }) => shard));
      for (const { shard, row } of shards) {
        if (kept.size <= share) break;
        if (kept.has(shard) && (await setHolder(shard, row?.fence ?? 0, ''))) kept.delete(shard);
      }
      for (const { shard, row } of shards) {
        if (kept.size >= share) break;
        const free = !row?.holder || isGone(row.holder);
        if (!kept.has(shard) && free && (await setHolder(shard, row?.fence ?? 0, holder))) kept.add(shard);
      }
      mine = kept;
    },

    async release() {
      for (const row of await rows())
        if (row.sk.startsWith('SHARD#') && row.holder === holder)
          await setHolder(Number(row.sk.slice(6)), row.fence ?? 0, '');
      mine = new Set();
      await asking(() => dynamo.send(new DeleteCommand({ TableName: table, Key: { pk, sk: `HOLDER#${holder}` } })));
    },
  };
}
