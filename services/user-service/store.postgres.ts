import { idOf, uuidOf } from '../kit/ids.ts';
import type { Database } from '../kit/postgres.ts';
import type { Role } from '../kit/user-token.ts';
import { stageContact } from './outbox.postgres.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

/** A row of `users` as other adapters join it. */
export type UserRow = {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly roles: readonly Role[];
  readonly status: User['status'];
  readonly created_at: Date;
};

/** The user in a row. */
export const userOf = (row: UserRow): User => ({
  userId: idOf('user', row.user_id),
  email: row.email,
  name: row.name,
  phone: row.phone,
  roles: row.roles,
  status: row.status,
  createdAt: row.created_at,
});

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '23505';

/** Accounts in PostgreSQL. */
export function createUserStore(database: Database): UserStore {
  return {
    async register(user) {
      const uuid = uuidOf('user', user.userId) ?? '';
      try {
        return await database.run((sql) =>
          sql.begin(async (tx) => {
            const [row] = await tx<[UserRow]>`
              INSERT INTO users (user_id, email, name, phone, password_hash, roles)
              VALUES (${uuid}, ${user.email}, ${user.name}, ${user.phone}, ${user.passwordHash}, ${[...user.roles]})
              RETURNING user_id, email, name, phone, roles, status, created_at`;
            return { kind: 'registered' as const, user: userOf(row), message: await stageContact(tx, uuid) };
          }),
        );
      } catch (error) {
        if (isTaken(error)) return { kind: 'email_taken' };
        throw error;
      }
    },

    async credentials(email) {
      const [row] = await database.run(
        (sql) => sql<(UserRow & { password_hash: string })[]>`
          SELECT user_id, email, name, phone, roles, status, created_at, password_hash FROM users WHERE email = ${email}`,
      );
      return row && { user: userOf(row), passwordHash: row.password_hash };
    },

    async find(userId) {
      const uuid = uuidOf('user', userId);
      if (!uuid) return undefined;
      const [row] = await database.run(
        (sql) => sql<UserRow[]>`
          SELECT user_id, email, name, phone, roles, status, created_at FROM users WHERE user_id = ${uuid}`,
      );
      return row && userOf(row);
    },

    async signedIn(userId, sessionId) {
      const uuid = uuidOf('user', userId);
      const session = uuidOf('session', sessionId);
      if (!uuid || !session) return undefined;
      const [row] = await database.run(
        (sql) => sql<UserRow[]>`
          SELECT u.user_id, u.email, u.name, u.phone, u.roles, u.status, u.created_at
          FROM users u JOIN sessions s USING (user_id)
          WHERE u.user_id = ${uuid} AND u.status = 'active' AND s.session_id = ${session} AND s.revoked_at IS NULL`,
      );
      return row && userOf(row);
    },

    async change(userId, changes) {
      const uuid = uuidOf('user', userId);
      if (!uuid) return undefined;
      return database.run((sql) =>
        sql.begin(async (tx) => {
          const [row] = await tx<UserRow[]>`
            UPDATE users SET
              name = ${changes.name === undefined ? tx`name` : changes.name},
              phone = ${changes.phone === undefined ? tx`phone` : changes.phone},
              version = version + 1, updated_at = clock_timestamp()
            WHERE user_id = ${uuid}
            RETURNING user_id, email, name, phone, roles, status, created_at`;
          return row && { user: userOf(row), message: await stageContact(tx, uuid) };
        }),
      );
    },

    async rehash(userId, from, to) {
      await database.run(
        (sql) => sql`
          UPDATE users SET password_hash = ${to}, updated_at = clock_timestamp()
          WHERE user_id = ${uuidOf('user', userId) ?? null} AND password_hash = ${from}`,
      );
    },

    async contact(userId) {
      const [row] = await database.run(
        (sql) => sql<(UserRow & { version: number; locale: string; consent_email: boolean; consent_sms: boolean })[]>`
          SELECT email, name, phone, version, locale, consent_email, consent_sms
          FROM users WHERE user_id = ${uuidOf('user', userId) ?? null}`,
      );
      return (
        row && {
          userId,
          version: row.version,
          email: row.email,
          phone: row.phone,
          name: row.name,
          locale: row.locale,
          consent: { email: row.consent_email, sms: row.consent_sms },
        }
      );
    },
  };
}
