import { v7 } from 'uuid';
import { randomBytes16 } from './trace.ts';

const prefixes = { user: 'usr', product: 'prd', order: 'ord', payment: 'pay', session: 'ses', request: 'req' } as const;
export type IdKind = keyof typeof prefixes;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** A new id, `ord_` + UUIDv7: sortable by time of creation, opaque to clients. */
export const newId = (kind: IdKind): string =>
  // Request ids need no order within a millisecond, and uuid's own randomness was the dearest part of making one.
  `${prefixes[kind]}_${kind === 'request' ? v7({ random: randomBytes16() }) : v7()}`;

/** What an id of this kind looks like; for schemas. */
export const idPattern = (kind: IdKind): RegExp => new RegExp(`^${prefixes[kind]}_${uuid}$`);

/** The UUID inside an id, for a `uuid` column; `undefined` when it is not an id of this kind. */
export function uuidOf(kind: IdKind, id: string): string | undefined {
  return idPattern(kind).test(id) ? id.slice(prefixes[kind].length + 1) : undefined;
}

/** The id around a UUID that came from a `uuid` column. */
export const idOf = (kind: IdKind, uuidValue: string): string => `${prefixes[kind]}_${uuidValue}`;
