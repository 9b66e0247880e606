import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { type DatabaseLogin, driverLogin } from '../kit/database-login.ts';
import { migrate } from '../kit/migrations.ts';
import { createDatabase, type Database, type DatabaseOptions } from '../kit/postgres.ts';

/** Owns every object of the database; nobody can log in as it. */
const ownerRole = 'product_owner';
/** What the service process may do: execute the stock functions, read, and write catalogue rows. */
const serviceRole = 'product_service';

/** The newest migration that this code needs before it can serve. */
export const requiredMigration = '0006-inventory-access.sql';

/**
 * Creates the two roles and applies the migrations; several at once wait for each other. `url` is a login that may create roles
 * and owns the database. Answers the names of the migrations applied now.
 */
export async function prepareSchema(
  url: string,
  folder = join(import.meta.dirname, 'migrations'),
  login: DatabaseLogin = {},
): Promise<readonly string[]> {
  const options = { ...driverLogin(url, login), max: 1, connect_timeout: 5, onnotice: () => {} };
  const administrator = postgres(url, options);
  try {
    await createRoles(administrator);
  } finally {
    await administrator.end({ timeout: 5 });
  }
  const owner = postgres(url, { ...options, connection: { role: ownerRole } });
  try {
    return await migrate(owner, folder);
  } finally {
    await owner.end({ timeout: 5 });
  }
}

/** Roles belong to the whole cluster: another database's migration may be creating them at this very moment. */
async function createRoles(sql: Sql): Promise<void> {
  await sql.unsafe(`
    SELECT pg_advisory_xact_lock(hashtext('product roles'));
    DO $$ BEGIN
      BEGIN CREATE ROLE ${ownerRole} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
      BEGIN CREATE ROLE ${serviceRole} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
      IF NOT pg_has_role(current_user, '${ownerRole}', 'SET') THEN EXECUTE format('GRANT ${ownerRole} TO %I', current_user); END IF;
      IF NOT pg_has_role(current_user, '${serviceRole}', 'SET') THEN EXECUTE format('GRANT ${serviceRole} TO %I', current_user); END IF;
      -- Whoever owns a database owns its schema "public" and may drop what is in it.
      IF (SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()) = '${serviceRole}' THEN
        EXECUTE format('ALTER DATABASE %I OWNER TO ${ownerRole}', current_database());
        -- What the former owner might do went with the ownership.
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${serviceRole}', current_database());
      END IF;
    END $$;
    GRANT USAGE, CREATE ON SCHEMA public TO ${ownerRole};
    GRANT USAGE ON SCHEMA public TO ${serviceRole}`);
}

/**
 * A pool whose sessions begin as the service's role, whoever logs in: a statement that writes stock without going through the
 * functions is refused by the server. A login that may not take the role cannot connect at all.
 */
export const connectAsService = (options: DatabaseOptions): Database =>
  createDatabase({ ...options, settings: { ...options.settings, role: serviceRole } });

/** Whether the migrations that this code needs have been applied. */
export async function isMigrated(database: Database): Promise<boolean> {
  const [table] = await database.run((sql) => sql`SELECT to_regclass('public.schema_migrations') IS NOT NULL AS found`);
  if (table?.found !== true) return false;
  const rows = await database.run((sql) => sql`SELECT 1 FROM schema_migrations WHERE name = ${requiredMigration}`);
  return rows.length === 1;
}
