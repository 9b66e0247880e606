import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';

/**
 * Applies the `*.sql` files of a folder that have not been applied, in the order of their names, each in a transaction with its
 * record. Several at once wait for each other. Throws when an applied file was changed or has disappeared: add a new one
 * instead. Answers the names that were applied now.
 */
export async function migrate(sql: Sql, folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const connection = await sql.reserve();
  try {
    await connection`SELECT pg_advisory_lock(hashtext('schema_migrations'))`;
    await connection`CREATE TABLE IF NOT EXISTS schema_migrations(
      name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;
    const rows = await connection<{ name: string; sha256: string }[]>`SELECT name, sha256 FROM schema_migrations`;
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    for (const name of applied.keys())
      if (!files.includes(name))
        throw new Error(`Migration ${name} was applied to this database but is not in ${folder}.`);
    const now: string[] = [];
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const known = applied.get(name);
      if (known === sha256) continue;
      if (known) throw new Error(`Migration ${name} was changed after it was applied; restore it and add a new file.`);
      await connection`BEGIN`;
      try {
        await connection.unsafe(text);
        await connection`INSERT INTO schema_migrations(name, sha256) VALUES (${name}, ${sha256})`;
        await connection`COMMIT`;
      } catch (error) {
        await connection`ROLLBACK`;
        throw error;
      }
      now.push(name);
    }
    return now;
  } finally {
    await connection`SELECT pg_advisory_unlock(hashtext('schema_migrations'))`.catch(() => {});
    connection.release();
  }
}
