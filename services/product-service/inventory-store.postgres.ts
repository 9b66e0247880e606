import { createCoalescer } from '../kit/coalesce.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { Database } from '../kit/postgres.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { holdBatch } from './hold-batch.postgres.ts';
import type { InventoryStore } from './inventory-store.ts';
import type { ExtendOutcome, ResolveOutcome, ReturnOutcome } from './reservation.ts';

export type InventoryPools = {
  /** As many connections as lanes: calls that hold stock for many orders at once. */
  readonly holds: { readonly database: Database; readonly lanes: number };
  /** Everything that moves one reservation on. */
  readonly moves: Database;
};

type ReceiptRow = { readonly outcome: string; readonly on_hand: number; readonly held: number };

/**
 * Stock in PostgreSQL. Each method is one call of one function and so one transaction; several in one transaction would break
 * the lock order. Holds that arrive while a call is in flight make up the next one.
 */
export function createInventoryStore({ holds, moves }: InventoryPools): InventoryStore {
  const coalesced = createCoalescer({
    run: async (batch: Parameters<typeof holdBatch>[1]) => {
      await crashpoint('product.before_hold_commit');
      const settled = await holdBatch(holds.database, batch);
      await crashpoint('product.after_hold_commit');
      return settled;
    },
    maxBatch: 128,
    lanes: holds.lanes,
    maxQueue: 2_048,
    overflow: () => new Unavailable('postgresql', 'too many holds are waiting'),
  });

  return {
    async hold(hold) {
      const settled = await coalesced(hold);
      if ('error' in settled) throw settled.error;
      return settled.answer;
    },

    async resolve(reservation, to) {
      const [row] = await moves.run(
        (sql) => sql<{ outcome: ResolveOutcome }[]>`SELECT inventory_resolve(${reservation}, ${to}) AS outcome`,
      );
      return answered(row).outcome;
    },

    async returnStock(reservation) {
      const [row] = await moves.run(
        (sql) => sql<{ outcome: ReturnOutcome }[]>`SELECT inventory_return(${reservation}) AS outcome`,
      );
      return answered(row).outcome;
    },

    async extend(reservation, forSeconds) {
      const [row] = await moves.run(
        (sql) => sql<{ outcome: ExtendOutcome; expires: Date | null }[]>`
          SELECT outcome, expires FROM inventory_extend(${reservation}, make_interval(secs => ${forSeconds}))`,
      );
      const { outcome, expires } = answered(row);
      return { outcome, expiresAt: expires };
    },

    async receive({ receipt, product, quantity, reason, receivedBy }) {
      try {
        const [row] = await moves.run(
          (sql) => sql<ReceiptRow[]>`
            SELECT outcome, on_hand, held
            FROM inventory_receive(${product}, ${quantity}, ${receipt}, ${reason}, ${receivedBy})`,
        );
        const { outcome, on_hand, held } = answered(row);
        if (outcome === 'ok' || outcome === 'replay') return { kind: outcome, onHand: on_hand, held };
        return { kind: outcome === 'unknown' ? 'unknown' : 'mismatch' };
      } catch (error) {
        // numeric_value_out_of_range: the count on the shelf does not fit its column.
        if (error instanceof Error && 'code' in error && error.code === '22003') return { kind: 'limit' };
        throw error;
      }
    },

    async due(limit) {
      const rows = await moves.run((sql) => sql<{ id: string }[]>`SELECT inventory_due(${limit}) AS id`);
      return rows.map((row) => row.id);
    },
  };
}

function answered<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('the function answered no row');
  return row;
}
