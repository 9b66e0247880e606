import { idOf, uuidOf } from '../kit/ids.ts';
import type { Database } from '../kit/postgres.ts';
import { stageRevocation } from './outbox.postgres.ts';
import { absoluteSeconds, graceSeconds, idleSeconds, judgeRefresh, type PresentedToken } from './session.ts';
import { type UserRow, userOf } from './store.postgres.ts';
import type { SessionStore } from './store.ts';

type TokenRow = UserRow &
  PresentedToken & {
    readonly session_id: string;
    readonly successor: Buffer | null;
  };

type SessionRow = {
  readonly session_id: string;
  readonly device_label: string | null;
  readonly network: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly idle_expires_at: Date;
};

/** Sessions in PostgreSQL. Lock order: refresh token, then session. */
export function createSessionStore(database: Database): SessionStore {
  return {
    async open({ sessionId, userId, tokenHash, deviceLabel, network }) {
      const uuid = uuidOf('session', sessionId) ?? '';
      await database.run(
        (sql) => sql`
          WITH opened AS (
            INSERT INTO sessions (session_id, user_id, device_label, network, idle_expires_at, absolute_expires_at)
            VALUES (${uuid}, ${uuidOf('user', userId) ?? ''}, ${deviceLabel}, ${network},
              clock_timestamp() + make_interval(secs => ${idleSeconds}),
              clock_timestamp() + make_interval(secs => ${absoluteSeconds}))
            RETURNING session_id)
          INSERT INTO refresh_tokens (token_hash, session_id, generation) SELECT ${tokenHash}, session_id, 1 FROM opened`,
      );
    },

    rotate: (tokenHash, successor) =>
      database.run((sql) =>
        sql.begin(async (tx) => {
          // The token's row is locked too: a waiting request must see the use that it waited for.
          const [token] = await tx<TokenRow[]>`
            SELECT s.session_id, t.successor, s.revoked_at IS NOT NULL AS revoked,
              s.idle_expires_at <= clock_timestamp() AS expired, u.status AS "userStatus",
              CASE WHEN t.used_at IS NULL THEN 'never'
                WHEN t.used_at > clock_timestamp() - make_interval(secs => ${graceSeconds}) THEN 'within_grace'
                ELSE 'earlier' END AS used,
              u.user_id, u.email, u.name, u.phone, u.roles, u.status, u.created_at
            FROM refresh_tokens t JOIN sessions s USING (session_id) JOIN users u USING (user_id)
            WHERE t.token_hash = ${tokenHash} FOR UPDATE OF t, s`;
          if (!token) return { kind: 'refused' as const };
          const grant = { sessionId: idOf('session', token.session_id), user: userOf(token) };
          const verdict = judgeRefresh(token);
          switch (verdict) {
            case 'rotate':
              await tx`
                WITH used AS (
                  UPDATE refresh_tokens SET used_at = clock_timestamp(), successor = ${successor.sealed}
                  WHERE token_hash = ${tokenHash}),
                moved AS (
                  UPDATE sessions SET generation = generation + 1, last_used_at = clock_timestamp(), idle_expires_at =
                    least(absolute_expires_at, clock_timestamp() + make_interval(secs => ${idleSeconds}))
                  WHERE session_id = ${token.session_id} RETURNING session_id, generation)
                INSERT INTO refresh_tokens (token_hash, session_id, generation)
                SELECT ${successor.tokenHash}, session_id, generation FROM moved`;
              return { kind: 'rotated' as const, ...grant };
            case 'replay':
              return token.successor
                ? { kind: 'replayed' as const, sealed: token.successor, ...grant }
                : { kind: 'refused' as const };
            case 'reused':
              await tx`
                UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'refresh_reuse'
                WHERE session_id = ${token.session_id}`;
              return { kind: 'reused' as const, message: await stageRevocation(tx, token.session_id) };
            case 'refuse':
              return { kind: 'refused' as const };
            default:
              return verdict satisfies never;
          }
        }),
      ),

    async ofToken(tokenHash) {
      const [row] = await database.run(
        (sql) => sql<{ session_id: string; user_id: string }[]>`
          SELECT session_id, user_id FROM refresh_tokens JOIN sessions USING (session_id) WHERE token_hash = ${tokenHash}`,
      );
      return row && { sessionId: idOf('session', row.session_id), userId: idOf('user', row.user_id) };
    },

    async revoke(userId, sessionId, reason) {
      const session = uuidOf('session', sessionId);
      const user = uuidOf('user', userId);
      if (!session || !user) return { kind: 'unknown' };
      return database.run((sql) =>
        sql.begin(async (tx) => {
          const [row] = await tx<{ revoked: boolean }[]>`
            SELECT revoked_at IS NOT NULL AS revoked FROM sessions
            WHERE session_id = ${session} AND user_id = ${user} FOR UPDATE`;
          if (!row) return { kind: 'unknown' as const };
          if (row.revoked) return { kind: 'already' as const };
          await tx`
            UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = ${reason} WHERE session_id = ${session}`;
          return { kind: 'revoked' as const, message: await stageRevocation(tx, session) };
        }),
      );
    },

    async list(userId) {
      const rows = await database.run(
        (sql) => sql<SessionRow[]>`
          SELECT session_id, device_label, network, created_at, last_used_at, idle_expires_at FROM sessions
          WHERE user_id = ${uuidOf('user', userId) ?? null} AND revoked_at IS NULL
            AND idle_expires_at > clock_timestamp()
          ORDER BY last_used_at DESC LIMIT 100`,
      );
      return rows.map((row) => ({
        sessionId: idOf('session', row.session_id),
        deviceLabel: row.device_label,
        network: row.network,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
        expiresAt: row.idle_expires_at,
      }));
    },

    async tidy() {
      await database.run(
        (sql) => sql`
          UPDATE refresh_tokens SET successor = NULL
          WHERE successor IS NOT NULL AND used_at <= clock_timestamp() - make_interval(secs => ${graceSeconds})`,
      );
      // A used token this old was issued in an idle period that is long over: unknown is what it may be from now on.
      await database.run(
        (sql) => sql`
          DELETE FROM refresh_tokens WHERE token_hash IN (
            SELECT token_hash FROM refresh_tokens
            WHERE used_at <= clock_timestamp() - make_interval(secs => ${idleSeconds}) LIMIT 1000)`,
      );
      await database.run(
        (sql) => sql`
          DELETE FROM sessions WHERE session_id IN (
            SELECT session_id FROM sessions WHERE absolute_expires_at <= clock_timestamp() LIMIT 100)`,
      );
    },
  };
}
