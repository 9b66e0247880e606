import postgres from 'postgres';
import { type DatabaseLogin, driverLogin } from './database-login.ts';

/**
 * Creates the role and the database that `url` names, where they are missing, and lets the role log in with tokens
 * (`rds_iam`, where the server knows that role; granting it ends logins with a password). `administratorUrl` may create both.
 * Several at once wait for each other.
 */
export async function prepareTokenLogin(administratorUrl: string, url: string, login: DatabaseLogin): Promise<void> {
  const { username, pathname } = new URL(url);
  const role = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1));
  const elsewhere = inDatabase(administratorUrl, 'postgres');
  const sql = postgres(elsewhere, { ...driverLogin(elsewhere, login), max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`SELECT pg_advisory_lock(hashtext('token logins'))`;
    const [known] = await sql<[{ role: boolean; database: boolean; tokens: boolean }]>`
      SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ${role}) AS role,
             EXISTS (SELECT FROM pg_database WHERE datname = ${database}) AS database,
             EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') AS tokens`;
    if (!known.role) await sql`CREATE ROLE ${sql(role)} LOGIN`;
    if (known.tokens) await sql`GRANT rds_iam TO ${sql(role)}`;
    if (!known.database) {
      await sql`GRANT ${sql(role)} TO CURRENT_USER`;
      await sql`CREATE DATABASE ${sql(database)} OWNER ${sql(role)}`;
      await sql`GRANT CONNECT ON DATABASE ${sql(database)} TO ${sql(role)}`;
      await sql`REVOKE CONNECT ON DATABASE ${sql(database)} FROM PUBLIC`;
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The same login at another database of the server. */
export function inDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
