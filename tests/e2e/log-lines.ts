import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnitName } from '../../bin/local/unit-names.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** The lines of a unit's log that are JSON, and how many are not. */
export async function logLines(dataDir: string, name: UnitName): Promise<{ lines: readonly LogLine[]; other: number }> {
  const lines: LogLine[] = [];
  let other = 0;
  const input = createReadStream(join(dataDir, 'logs', `${name}.log`));
  for await (const text of createInterface({ input }))
    try {
      lines.push(JSON.parse(text));
    } catch {
      other += 1;
    }
  return { lines, other };
}

/** Looks again until `found` says so, for at most `withinMs`: lines are written every quarter of a second. */
export async function eventually<T>(withinMs: number, look: () => Promise<T>, found: (seen: T) => boolean): Promise<T> {
  for (const started = performance.now(); ; await sleep(250)) {
    const seen = await look();
    if (found(seen) || performance.now() - started > withinMs) return seen;
  }
}
