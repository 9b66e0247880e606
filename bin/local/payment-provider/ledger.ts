import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Operation } from './operations.ts';

type Line =
  | { readonly type: 'operation'; readonly operation: Operation }
  | { readonly type: 'asked_again' | 'dropped'; readonly key: string };

/** The provider's own book: one JSON object a line, only ever appended to, read again at the start. */
export type Ledger = {
  all(): readonly Operation[];
  find(key: string): Operation | undefined;
  /** How often a key was asked for. */
  timesAsked(key: string): number;
  accept(operation: Operation): void;
  note(type: 'asked_again' | 'dropped', key: string): void;
};

export function openLedger(file: string): Ledger {
  mkdirSync(dirname(file), { recursive: true });
  const operations = new Map<string, Operation>();
  const asked = new Map<string, number>();
  const remember = (line: Line) => {
    const key = line.type === 'operation' ? line.operation.key : line.key;
    asked.set(key, (asked.get(key) ?? 0) + 1);
    if (line.type === 'operation') operations.set(key, line.operation);
  };
  const append = (line: Line) => {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    remember(line);
  };
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // A killed process may leave half a line, whose request was never answered.
    if (whole.length < text.length) writeFileSync(file, whole);
    for (const line of whole.split('\n')) if (line) remember(JSON.parse(line) as Line);
  }
  return {
    all: () => [...operations.values()],
    find: (key) => operations.get(key),
    timesAsked: (key) => asked.get(key) ?? 0,
    accept: (operation) => append({ type: 'operation', operation }),
    note: (type, key) => append({ type, key }),
  };
}
