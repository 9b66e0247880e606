import { join } from 'node:path';
import postgres from 'postgres';
import { driverLogin } from '../kit/database-login.ts';
import { readEnvironment } from '../kit/environment.ts';
import { migrationLogin } from '../kit/migration-login.ts';
import { migrate } from '../kit/migrations.ts';
import { migrationEnvironmentSchema } from './env.ts';

const { url, login, role } = await migrationLogin(readEnvironment(migrationEnvironmentSchema, process.env));
const sql = postgres(url, {
  ...driverLogin(url, login),
  max: 1,
  connect_timeout: 5,
  onnotice: () => {},
  // What an administrator creates belongs to the service.
  ...(role ? { connection: { role } } : {}),
});
try {
  const applied = await migrate(sql, join(import.meta.dirname, 'migrations'));
  process.stdout.write(`user-database: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}\n`);
} finally {
  await sql.end();
}
