import postgres, { type Sql } from 'postgres';
import { type PostgresName, postgresNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { LocalFailure } from './engines/engine.ts';

type Login = { readonly database: string; readonly role: string };

/** `user-database` → the database `user_database` and the login `user_service` of the service that owns it. */
const loginOf = (name: PostgresName): Login => {
  const owner = Object.values(platform.services).find((service) =>
    service.stores.some((use) => use.store === name && use.access === 'own'),
  );
  return { database: name.replaceAll('-', '_'), role: (owner?.name ?? name).replaceAll('-', '_') };
};

const withUrl = (adminUrl: string, change: (url: URL) => void): string => {
  const url = new URL(adminUrl);
  change(url);
  return url.href;
};

/** Connection URLs of the databases: as the owning service, and as the administrator, who may migrate. */
export type DatabaseUrls = Readonly<Record<PostgresName, { readonly service: string; readonly admin: string }>>;

/** The URLs behind an administrator's, given the passwords of the owning services. */
export function databaseUrls(adminUrl: string, passwords: Readonly<Record<PostgresName, string>>): DatabaseUrls {
  const entries = postgresNames.map((name) => {
    const { database, role } = loginOf(name);
    const admin = withUrl(adminUrl, (url) => {
      url.pathname = `/${database}`;
    });
    const service = withUrl(admin, (url) => {
      url.username = role;
      url.password = passwords[name];
    });
    return [name, { service, admin }] as const;
  });
  return Object.fromEntries(entries) as Record<PostgresName, { service: string; admin: string }>;
}

/** The pools of all services (12 connections today), migrations and people; a server with fewer would starve them. */
const connectionsNeeded = 40;

async function requireConnections(sql: Sql, host: string): Promise<void> {
  const [row] = await sql<{ open: number }[]>`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as open`;
  const open = row?.open ?? 0;
  if (open < connectionsNeeded)
    throw new LocalFailure(
      `PostgreSQL at ${host} allows ${open} connections where the services need ${connectionsNeeded}: raise its max_connections.`,
    );
}

/** Creates the databases and logins that are missing. Throws a `LocalFailure` when the server cannot be asked or refuses. */
export async function ensureDatabases(
  adminUrl: string,
  passwords: Readonly<Record<PostgresName, string>>,
): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  const { host } = new URL(adminUrl);
  try {
    await requireConnections(sql, host);
    const roles = new Set((await sql`select rolname from pg_roles`).map((row) => row.rolname));
    const databases = new Set((await sql`select datname from pg_database`).map((row) => row.datname));
    for (const name of postgresNames) {
      const { database, role } = loginOf(name);
      // A password cannot be a parameter; ours are base64url.
      const password = `'${passwords[name].replaceAll("'", "''")}'`;
      await sql.unsafe(`${roles.has(role) ? 'alter' : 'create'} role ${role} login password ${password}`);
      if (databases.has(database)) continue;
      await sql.unsafe(`grant ${role} to current_user`);
      await sql.unsafe(`create database ${database} owner ${role}`);
    }
  } catch (error) {
    if (error instanceof LocalFailure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new LocalFailure(
      `PostgreSQL at ${host} does not let the platform create its databases (${why}): check DATABASE_URL, whose login must be allowed to create databases and roles.`,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
