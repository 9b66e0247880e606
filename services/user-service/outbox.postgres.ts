import type { ISql } from 'postgres';
import { idOf } from '../kit/ids.ts';
import type { Database } from '../kit/postgres.ts';
import type { Message, OutboxStore } from './store.ts';

/**
 * Whoever stages or claims a message has it to itself for 10 s: longer than a delivery with all its attempts can take. A second
 * delivery would do no harm.
 */
const claimSeconds = 10;

type Row = {
  readonly outbox_id: string;
  readonly kind: Message['kind'];
  readonly subject: string;
  readonly created_at: Date;
  readonly attempts: number;
};

const messageOf = (row: Row): Message =>
  row.kind === 'contact'
    ? { kind: 'contact', outboxId: row.outbox_id, userId: idOf('user', row.subject) }
    : {
        kind: 'revocation',
        outboxId: row.outbox_id,
        sessionId: idOf('session', row.subject),
        revokedAt: Math.floor(row.created_at.getTime() / 1000),
      };

// biome-ignore lint/complexity/noBannedTypes: the driver's own "no custom types".
async function stage(tx: ISql<{}>, kind: Message['kind'], subject: string): Promise<Message> {
  const [row] = await tx<[Row]>`
    INSERT INTO outbox (kind, subject, due_at)
    VALUES (${kind}, ${subject}, clock_timestamp() + make_interval(secs => ${claimSeconds}))
    RETURNING outbox_id, kind, subject, created_at, attempts`;
  return messageOf(row);
}

/** Stages the write of a user's contact, in the caller's transaction; the caller delivers it first. */
// biome-ignore lint/complexity/noBannedTypes: the driver's own "no custom types".
export const stageContact = (tx: ISql<{}>, userUuid: string): Promise<Message> => stage(tx, 'contact', userUuid);

/** Stages the marker of a session that is revoked in the caller's transaction; the caller delivers it first. */
// biome-ignore lint/complexity/noBannedTypes: the driver's own "no custom types".
export const stageRevocation = (tx: ISql<{}>, sessionUuid: string): Promise<Message> =>
  stage(tx, 'revocation', sessionUuid);

/** The outbox in PostgreSQL; any number of replicas may work on it. */
export function createOutboxStore(database: Database): OutboxStore {
  return {
    async claim(limit) {
      const rows = await database.run(
        (sql) => sql<Row[]>`
          UPDATE outbox SET due_at = clock_timestamp() + make_interval(secs => ${claimSeconds}), attempts = attempts + 1
          WHERE outbox_id IN (
            SELECT outbox_id FROM outbox WHERE due_at <= clock_timestamp()
            ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING outbox_id, kind, subject, created_at, attempts`,
      );
      return rows.map((row) => ({ ...messageOf(row), attempts: row.attempts }));
    },

    async delivered(outboxId) {
      await database.run((sql) => sql`DELETE FROM outbox WHERE outbox_id = ${outboxId}`);
    },

    async postpone(outboxId, delayMs) {
      await database.run(
        (sql) => sql`
          UPDATE outbox SET due_at = clock_timestamp() + make_interval(secs => ${delayMs / 1000})
          WHERE outbox_id = ${outboxId}`,
      );
    },
  };
}
