import postgres from 'postgres';
import { expect, onTestFinished, test } from 'vitest';
import { contactsTable, sessionsTable } from '../../services/user-service/table.ts';
import { createTables } from '../harness/dynamodb.ts';
import { createDatabase } from '../harness/postgres.ts';
import { environmentFor, run, startService } from './service-process.ts';
import { migratedDatabase, password } from './world.ts';

async function tables() {
  const physical = await createTables([sessionsTable, contactsTable], 'users');
  return { sessions: physical['ecommerce-sessions'], contacts: physical['ecommerce-contacts'] };
}

async function post(base: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

test('it starts as a process, serves, and ends with exit 0 on SIGTERM', async () => {
  const { url } = await migratedDatabase();
  const { base, child, exited, stderr } = await startService(await environmentFor(url, await tables()));
  expect((await fetch(`${base}/readyz`)).status).toBe(200);
  const user = { name: 'Asha', email: 'asha@example.org', password };
  expect((await post(base, '/users', user)).status).toBe(201);
  const grant = await post(base, '/auth/login', { email: user.email, password });
  expect(grant.status).toBe(200);
  const me = await fetch(`${base}/users/me`, { headers: { authorization: `Bearer ${grant.body.access_token}` } });
  expect(me.status).toBe(200);
  const jwks = (await (await fetch(`${base}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  expect(jwks.keys.map((key) => key.kid)).toEqual(['a', 'b']);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(stderr).toEqual([]);
});

test('without its whole environment it does not start, and says which variable is wrong but not its value', async () => {
  const environment = await environmentFor('postgres://127.0.0.1:1/users', { sessions: 's', contacts: 'c' });
  const { SESSIONS_TABLE: _, ...rest } = environment;
  const { exited, stderr } = run('main.ts', { ...rest, REFRESH_TOKEN_KEY: 'c2VjcmV0LWNhbmFyeQ==' });
  expect(await exited).toBe(1);
  expect(stderr.join('\n')).toMatch(/SESSIONS_TABLE.*REFRESH_TOKEN_KEY: must be 32 bytes/s);
  expect(stderr.join('\n')).not.toContain('c2Vj');
});

test('with PostgreSQL away it starts, lives, and answers 503 with Retry-After', async () => {
  const environment = await environmentFor('postgres://u:p@127.0.0.1:1/users', { sessions: 's', contacts: 'c' });
  const { base, child, exited } = await startService(environment);
  expect((await fetch(`${base}/livez`)).status).toBe(200);
  const response = await fetch(`${base}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'asha@example.org', password }),
  });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test.each([
  ['before the marker is written', 'user.after_revocation:1:kill', ['revocation']],
  // The contact is the first delivery of the process, the marker the second.
  ['after the marker is written', 'user.after_delivery:2:kill', ['revocation']],
])('a sign-out that dies %s holds, and its marker is delivered after the restart', async (_, failpoint, staged) => {
  const { ownerUrl, url } = await migratedDatabase();
  const environment = await environmentFor(url, await tables());
  const first = await startService({ ...environment, FAILPOINTS: '1', FAILPOINT: failpoint });
  const user = { name: 'Asha', email: 'asha@example.org', password };
  await post(first.base, '/users', user);
  const { body } = await post(first.base, '/auth/login', { email: user.email, password });
  await post(first.base, '/auth/logout', {}, { authorization: `Bearer ${body.access_token}` }).catch(() => {});
  expect(await first.exited).toBeNull();
  const sql = postgres(ownerUrl, { max: 1 });
  onTestFinished(() => sql.end());
  expect((await sql`SELECT kind FROM outbox`).map((row) => row.kind)).toEqual(staged);
  // Or else the claim of the dead process runs for 10 s.
  await sql`UPDATE outbox SET due_at = clock_timestamp()`;

  const second = await startService(environment);
  await expect.poll(() => sql`SELECT kind FROM outbox`, { timeout: 10_000 }).toHaveLength(0);
  expect((await post(second.base, '/auth/refresh', { refresh_token: body.refresh_token })).status).toBe(401);
});

test('a refresh that dies after its commit is given the same successor when it is sent again', async () => {
  const { ownerUrl, url } = await migratedDatabase();
  const environment = await environmentFor(url, await tables());
  const first = await startService({ ...environment, FAILPOINTS: '1', FAILPOINT: 'user.after_rotation:1:kill' });
  const user = { name: 'Asha', email: 'asha@example.org', password };
  await post(first.base, '/users', user);
  const { body } = await post(first.base, '/auth/login', { email: user.email, password });
  await post(first.base, '/auth/refresh', { refresh_token: body.refresh_token }).catch(() => {});
  expect(await first.exited).toBeNull();
  const sql = postgres(ownerUrl, { max: 1 });
  onTestFinished(() => sql.end());
  // However long this machine takes to start a process, the retry comes within the grace.
  await sql`UPDATE refresh_tokens SET used_at = used_at + interval '1 minute' WHERE used_at IS NOT NULL`;

  const second = await startService(environment);
  const again = await post(second.base, '/auth/refresh', { refresh_token: body.refresh_token });
  expect(again.status).toBe(200);
  expect(await sql`SELECT generation FROM refresh_tokens`).toHaveLength(2);
  expect((await post(second.base, '/auth/refresh', { refresh_token: again.body.refresh_token })).status).toBe(200);
});

test('nothing personal and no secret is logged, whatever happens', async () => {
  const { ownerUrl, url } = await migratedDatabase();
  const { base, child, exited, stdout, stderr } = await startService({
    ...(await environmentFor(url, await tables())),
    LOG_LEVEL: 'debug',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  });
  const user = {
    name: 'Canary Name',
    email: 'canary@mail.example',
    phone: '+15550001234',
    password: 'canary password',
  };
  await post(base, '/users', user);
  await post(base, '/users', user);
  await post(base, '/users', { ...user, phone: 'canary phone', canary_field: 1 });
  await post(base, '/auth/login', { email: user.email, password: 'canary wrong password' });
  const { body: grant } = await post(base, '/auth/login', { ...{ email: user.email, password: user.password } });
  const next = await post(base, '/auth/refresh', { refresh_token: grant.refresh_token });
  await post(base, '/auth/refresh', { refresh_token: 'canary-token' });
  await post(base, '/auth/logout', {}, { authorization: `Bearer ${grant.access_token}x` });
  await fetch(`${base}/users/canary?canary=1`, { headers: { authorization: 'Bearer canary' } });
  const sql = postgres(ownerUrl, { max: 1 });
  // Breaks every insert with an error whose detail shows the whole row.
  await sql`ALTER TABLE users ADD CONSTRAINT broken CHECK (name = 'x') NOT VALID`;
  expect((await post(base, '/users', { ...user, email: 'canary2@mail.example' })).status).toBe(500);
  await sql.end();
  await post(base, '/auth/logout', {}, { authorization: `Bearer ${next.body.access_token}` });
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  const logged = [...stdout, ...stderr].join('\n');
  expect(logged).toContain('"msg":"defect"');
  expect(logged).toContain('not delivered yet');
  expect(logged.match(/.*(canary|\+1555000).*/gi) ?? []).toEqual([]);
  for (const secret of [grant.access_token, grant.refresh_token, next.body.access_token, next.body.refresh_token])
    expect(logged).not.toContain(secret);
});

test('migrating twice applies once, and seeding twice makes two accounts whose passwords are those given last', async () => {
  const url = await createDatabase('users');
  const migrated = async () => {
    const { exited, stdout } = run('migrate.ts', { DATABASE_URL: url });
    expect(await exited).toBe(0);
    return stdout.join('\n');
  };
  expect(await migrated()).toContain('0001-users-and-sessions.sql');
  expect(await migrated()).toContain('up to date');

  const seeded = async (admin: string) => {
    const seeding = run('seed.ts', { DATABASE_URL: url, SEED_ADMIN_PASSWORD: admin, SEED_DEMO_PASSWORD: password });
    expect(await seeding.exited).toBe(0);
    expect(seeding.stdout).toEqual([]);
  };
  await seeded('the first password');
  await seeded('the first password');
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  expect(await sql`SELECT email, roles FROM users ORDER BY email`).toEqual([
    { email: 'admin@example.com', roles: ['customer', 'admin'] },
    { email: 'demo@example.com', roles: ['customer'] },
  ]);
  expect(await sql`SELECT FROM outbox WHERE kind = 'contact'`).toHaveLength(2);

  await seeded('the second password');
  const { base } = await startService(await environmentFor(url, await tables()));
  const login = (secret: string) => post(base, '/auth/login', { email: 'admin@example.com', password: secret });
  expect((await login('the first password')).status).toBe(401);
  expect((await login('the second password')).body.user.roles).toEqual(['customer', 'admin']);
});
