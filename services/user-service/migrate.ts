import { join } from 'node:path';
import postgres from 'postgres';
import { migrate } from '../kit/migrations.ts';

const url = process.env.DATABASE_URL;
if (!url) {
  process.stderr.write('Environment variable DATABASE_URL is missing: give a role that owns the database.\n');
  process.exit(1);
}
const sql = postgres(url, { max: 1, onnotice: () => {} });
try {
  const applied = await migrate(sql, join(import.meta.dirname, 'migrations'));
  process.stdout.write(`user-service: ${applied.length === 0 ? 'nothing to migrate' : applied.join(', ')}\n`);
} finally {
  await sql.end();
}
