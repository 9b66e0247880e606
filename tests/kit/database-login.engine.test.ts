import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../bin/local/engines/postgres.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import type { DatabaseLogin } from '../../services/kit/database-login.ts';
import { createDatabase } from '../../services/kit/postgres.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';
import { selfSigned } from './certificate.ts';

const right = selfSigned('localhost');
const wrong = selfSigned('localhost');
const dir = memoryDirectory('tls');
const caFile = join(dir, 'ca.pem');
let server: Awaited<ReturnType<typeof startPostgres>>;
let administrator: Sql;

/** A server of this file's own: its roles and its certificate are nobody else's. */
beforeAll(async () => {
  const { port } = await choosePorts({ port: undefined });
  mkdirSync(dir, { recursive: true });
  server = await startPostgres({ dir, port, logFile: join(dir, 'log') });
  const data = join(dir, 'data');
  const { uid, gid } = statSync(join(data, 'PG_VERSION'));
  for (const [name, content] of [
    ['server.crt', right.certificate],
    ['server.key', right.key],
  ] as const) {
    writeFileSync(join(data, name), content, { mode: 0o600 });
    chownSync(join(data, name), uid, gid);
  }
  writeFileSync(caFile, right.certificate);
  administrator = postgres(server.endpoint, { max: 1, onnotice: () => {} });
  await administrator`ALTER SYSTEM SET ssl = on`;
  await administrator`SELECT pg_reload_conf()`;
  await administrator`CREATE ROLE rds_iam NOLOGIN`;
}, 60_000);
afterAll(async () => {
  await administrator?.end();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const at = (host: string, change: (url: URL) => void = () => {}) => {
  const url = new URL(server.endpoint);
  url.hostname = host;
  change(url);
  return url.href;
};

function connect(url: string, login: DatabaseLogin, name = 'login test') {
  const database = createDatabase({ ...login, url, max: 1, name });
  onTestFinished(() => database.close());
  return database;
}

const isEncrypted = async (url: string, login: DatabaseLogin) => {
  const [row] = await connect(url, login).run(
    (sql) => sql<{ ssl: boolean }[]>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
  );
  return row?.ssl;
};

test('a server whose certificate the right authority signed is spoken to in TLS', async () => {
  await expect.poll(() => isEncrypted(at('localhost'), { ca: right.certificate }).catch(String)).toBe(true);
  expect(await isEncrypted(at('localhost'), {})).toBe(false);
});

test('a certificate of another authority, or for another name, and a server without TLS are refused', async () => {
  const refused = async (url: string, login: DatabaseLogin) =>
    await expect(connect(url, login).run((sql) => sql`SELECT 1`)).rejects.toThrow();
  await refused(at('localhost'), { ca: wrong.certificate });
  await refused(
    at('localhost', (url) => url.searchParams.set('sslmode', 'disable')),
    { ca: wrong.certificate },
  );
  const elsewhere = selfSigned('db.example');
  const data = join(dir, 'data');
  writeFileSync(join(data, 'server.crt'), elsewhere.certificate);
  writeFileSync(join(data, 'server.key'), elsewhere.key);
  await administrator`SELECT pg_reload_conf()`;
  onTestFinished(async () => {
    writeFileSync(join(data, 'server.crt'), right.certificate);
    writeFileSync(join(data, 'server.key'), right.key);
    await administrator`SELECT pg_reload_conf()`;
  });
  await refused(at('localhost'), { ca: elsewhere.certificate });
  const plain = new URL(inject('postgresAdminUrl'));
  plain.hostname = 'localhost';
  await refused(plain.href, { ca: right.certificate });
});

test('a password that is asked for is asked for again by each new connection, and only then', async () => {
  const role = `token_${randomBytes(4).toString('hex')}`;
  const change = (password: string) => administrator.unsafe(`ALTER ROLE ${role} PASSWORD '${password}'`);
  await administrator.unsafe(`CREATE ROLE ${role} LOGIN`);
  let asked = 0;
  let current = 'first';
  await change(current);
  const url = at('127.0.0.1', (one) => {
    one.username = role;
    one.password = '';
  });
  const password = async () => {
    asked += 1;
    return current;
  };
  const database = connect(url, { password }, role);
  for (let count = 0; count < 3; count += 1) await database.run((sql) => sql`SELECT 1`);
  expect(asked).toBe(1);

  current = 'second';
  await change(current);
  await database.run((sql) => sql`SELECT 1`);
  expect(asked).toBe(1);
  await administrator`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${role}`;
  await expect.poll(() => database.run((sql) => sql`SELECT 1 AS one`).catch(String)).toEqual([{ one: 1 }]);
  expect(asked).toBe(2);

  current = 'wrong';
  await administrator`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${role}`;
  await expect.poll(() => database.run((sql) => sql`SELECT 1`).catch(String)).toContain('Unavailable');
});

test('credentials that cannot be had make the database unavailable', async () => {
  const nobody = connect(at('127.0.0.1'), { password: () => Promise.reject(new Error('no credentials')) });
  await expect(nobody.run((sql) => sql`SELECT 1`)).rejects.toThrow(Unavailable);
});

async function migrate(service: string, env: Record<string, string>): Promise<{ code: number; said: string }> {
  const file = join(import.meta.dirname, `../../services/${service}/migrate.ts`);
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [code, out, errors] = await Promise.all([
    new Promise<number>((resolve) => child.on('exit', (one) => resolve(one ?? 1))),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, said: out + errors };
}

test.each([
  ['user-service', 'user_service', 'user_database'],
  ['product-service', 'product_service', 'product_database'],
])('the migration job of %s makes its database and a login that tokens open', async (service, role, database) => {
  const env = {
    DATABASE_URL: at('localhost', (url) => {
      url.username = role;
      url.password = '';
      url.pathname = database;
    }),
    DATABASE_AUTH: 'aws-iam',
    DATABASE_CA_FILE: caFile,
    AWS_REGION: 'ap-south-1',
  };
  expect(await migrate(service, env)).toMatchObject({
    code: 1,
    said: expect.stringContaining('MIGRATION_DATABASE_URL'),
  });

  const complete = { ...env, MIGRATION_DATABASE_URL: at('localhost') };
  expect(await migrate(service, complete)).toMatchObject({ code: 0, said: expect.stringContaining('.sql') });
  const again = await migrate(service, complete);
  expect(again).toMatchObject({ code: 0, said: expect.not.stringContaining('.sql') });
  const [grants] = await administrator`
    SELECT pg_has_role(${role}, 'rds_iam', 'MEMBER') AS tokens, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb
    FROM pg_roles WHERE rolname = ${role}`;
  expect(grants).toEqual({
    tokens: true,
    rolcanlogin: true,
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
  });

  // Stands in for RDS, which takes the token itself as the password.
  await administrator.unsafe(`ALTER ROLE ${role} PASSWORD 'token'`);
  const login = { ca: right.certificate, password: async () => 'token' };
  const rows = await connect(env.DATABASE_URL, login).run((sql) =>
    sql.unsafe(`SELECT count(*) > 0 AS migrated FROM schema_migrations`),
  );
  expect(rows).toEqual([{ migrated: true }]);
  const stranger = `stranger_${randomBytes(4).toString('hex')}`;
  await administrator.unsafe(`CREATE ROLE ${stranger} LOGIN PASSWORD 'token'`);
  const strange = env.DATABASE_URL.replace(role, stranger);
  await expect(connect(strange, login).run((sql) => sql`SELECT 1`)).rejects.toThrow(/permission denied for database/);
});
