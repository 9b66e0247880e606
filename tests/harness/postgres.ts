import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import './provided.ts';

const suffix = () => randomBytes(4).toString('hex');

/** Creates an empty database of this test's own and answers its connection URL; `name` is lower case with underscores. */
export async function createDatabase(name: string): Promise<string> {
  const admin = inject('postgresAdminUrl');
  const database = `${name}_${suffix()}`;
  const sql = postgres(admin, { max: 1, onnotice: () => {} });
  try {
    await sql`create database ${sql(database)}`;
  } finally {
    await sql.end();
  }
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}
