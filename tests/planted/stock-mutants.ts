import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const migrations = join(import.meta.dirname, '../../services/product-service/migrations');

type Edit = { readonly file: string; readonly from: string; readonly to: string };

const orderedLocks = 'ORDER BY i.product_id FOR NO KEY UPDATE OF i';

/** Bugs that somebody could write into the stock functions. Each must make a check of the test suite fail. */
export const stockMutants = {
  'naive reserve': [
    { file: '0003-holds.sql', from: orderedLocks, to: '' },
    { file: '0002-inventory.sql', from: ',\n  CHECK (held <= on_hand)', to: '' },
  ],
  'locks without an order': [
    { file: '0003-holds.sql', from: orderedLocks, to: orderedLocks.replace('i.product_id', 'random()') },
    { file: '0004-resolutions.sql', from: orderedLocks, to: orderedLocks.replace('i.product_id', 'random()') },
  ],
  'resolve without looking at the state': [
    { file: '0004-resolutions.sql', from: "ELSIF s <> 'held' THEN RETURN 'conflict:' || s;", to: '' },
  ],
  'expire without looking at the time': [
    {
      file: '0004-resolutions.sql',
      from: "ELSIF p_to = 'expired' AND NOT due THEN RETURN 'not_due'; END IF",
      to: 'END IF',
    },
  ],
  'extend without a lock': [
    {
      file: '0004-resolutions.sql',
      from: 'SELECT * INTO r FROM reservation WHERE reservation_id = p_id FOR NO KEY UPDATE',
      to: 'SELECT * INTO r FROM reservation WHERE reservation_id = p_id',
    },
  ],
  'return more than once': [
    {
      file: '0004-resolutions.sql',
      from: "IF NOT FOUND THEN RETURN 'unknown'; ELSIF s = 'returned' THEN RETURN 'replay'; ELSIF s <> 'committed'",
      to: "IF NOT FOUND THEN RETURN 'unknown'; ELSIF s NOT IN ('committed', 'returned')",
    },
  ],
  'release without a tombstone': [
    {
      file: '0004-resolutions.sql',
      from: "IF p_to <> 'released' THEN RETURN 'unknown'; END IF;",
      to: "RETURN 'unknown';",
    },
  ],
} as const satisfies Record<string, readonly Edit[]>;

export type StockMutant = keyof typeof stockMutants;

/** A folder with the migrations as this mutant would have them. Throws when there is nothing to change any more. */
export function migrationsOf(mutant: StockMutant): string {
  const folder = mkdtempSync(join(tmpdir(), 'stock-mutant-'));
  const edits: readonly Edit[] = stockMutants[mutant];
  for (const file of readdirSync(migrations)) {
    let text = readFileSync(join(migrations, file), 'utf8');
    for (const edit of edits.filter((one) => one.file === file)) {
      if (!text.includes(edit.from)) throw new Error(`${mutant}: ${file} has no "${edit.from}"`);
      text = text.replace(edit.from, edit.to);
    }
    writeFileSync(join(folder, file), text);
  }
  return folder;
}
