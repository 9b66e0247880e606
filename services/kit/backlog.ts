import type { Clock } from './clock.ts';
import type { DueItem } from './work-index.ts';

/** How long the longest overdue work waits, per kind; what is looked at shard by shard is put together here. */
export interface Backlog {
  /** What one look at a shard of the work index found. */
  saw(shard: number, items: readonly DueItem[]): void;
  /** Age of the oldest work that was overdue when last seen, in seconds; 0 for a kind without any. */
  ages(): ReadonlyMap<string, number>;
}

/** Forgotten after this long without a look, in milliseconds: the shard is somebody else's by then. */
const forgetMs = 15_000;

/** `kindOf` sorts items by their sort key; `kinds` are all that it can answer. */
export function createBacklog<K extends string>(clock: Clock, kinds: readonly K[], kindOf: (sk: string) => K): Backlog {
  const seen = new Map<number, { readonly at: number; readonly oldest: ReadonlyMap<string, number> }>();
  return {
    saw(shard, items) {
      const oldest = new Map<string, number>();
      for (const { sk, due } of items) {
        const kind = kindOf(sk);
        oldest.set(kind, Math.min(oldest.get(kind) ?? due, due));
      }
      seen.set(shard, { at: clock.monotonic(), oldest });
    },
    ages() {
      const now = clock.now();
      const fresh = [...seen.values()].filter(({ at }) => clock.monotonic() - at < forgetMs);
      return new Map(
        kinds.map((kind) => [
          kind,
          Math.max(0, ...fresh.map(({ oldest }) => (now - (oldest.get(kind) ?? now)) / 1000)),
        ]),
      );
    },
  };
}
