import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { createUserTokenVerifier } from '../../services/kit/user-token.ts';
import { password, type UserWorld, userWorld } from './world.ts';

let world: UserWorld;
beforeAll(async () => {
  world = await userWorld();
});
afterAll(() => world.close());

test('signing in answers an access token that the public keys verify, and a refresh token stored as a hash only', async () => {
  const { email, body: user } = await world.register();
  const { status, headers, body } = await world.call('POST', '/auth/login', {
    body: { email: ` ${email}`.trim().toUpperCase(), password, device_label: 'Kitchen tablet' },
  });
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    session_id: expect.stringMatching(/^ses_/),
    user: { user_id: user.user_id, name: 'Asha Rao', roles: ['customer'] },
  });
  expect(decodeProtectedHeader(body.access_token)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' });
  const claims = decodeJwt(body.access_token);
  expect(claims).toMatchObject({
    iss: 'ecommerce-user-service',
    aud: 'ecommerce-api',
    sub: user.user_id,
    sid: body.session_id,
    scope: 'customer',
  });
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
  const verified = await createUserTokenVerifier(world.deps.tokens.keySet).verify(body.access_token);
  expect(verified?.userId).toBe(user.user_id);

  const rows = await world.owner`SELECT * FROM refresh_tokens JOIN sessions USING (session_id)`;
  expect(JSON.stringify(rows)).not.toContain(body.refresh_token);
  expect(rows.map((row) => row.token_hash.length)).toEqual([32]);
});

test('the published keys have no private part and may be cached', async () => {
  const { headers, body } = await world.call('GET', '/.well-known/jwks.json');
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(body.keys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', kid: 'key-1', x: world.signingKey.x, alg: 'EdDSA', use: 'sig' },
  ]);
});

test('a hash made with older parameters is replaced at sign-in', async () => {
  const { email } = await world.register();
  const weak = '$argon2id$v=19$m=8,t=1,p=1$';
  const { hash } = await import('@node-rs/argon2');
  const old = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  expect(old.startsWith(weak)).toBe(true);
  await world.owner`UPDATE users SET password_hash = ${old} WHERE email = ${email}`;
  await world.login(email);
  const [row] = await world.owner`SELECT password_hash FROM users WHERE email = ${email}`;
  expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await world.login(email);
});

test('one sees where one is signed in, and signs out there', async () => {
  const { email } = await world.register();
  const here = await world.login(email, { device_label: 'Laptop' });
  const there = await world.call('POST', '/auth/login', {
    body: { email, password },
    headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.77' },
  });
  const token = here.access_token;
  const { body } = await world.call('GET', '/users/me/sessions', { token });
  expect(body.next_cursor).toBeNull();
  expect(body.items).toHaveLength(2);
  expect(body.items[0]).toMatchObject({ session_id: there.body.session_id, network: '203.0.113.0/24', current: false });
  expect(body.items[1]).toMatchObject({ session_id: here.session_id, device_label: 'Laptop', current: true });

  const path = `/users/me/sessions/${there.body.session_id}`;
  expect((await world.call('DELETE', path, { token })).status).toBe(204);
  expect((await world.call('DELETE', path, { token })).status).toBe(204);
  expect((await world.refresh(there.body.refresh_token)).status).toBe(401);
  expect((await world.call('GET', '/users/me', { token: there.body.access_token })).status).toBe(401);
  expect((await world.call('GET', '/users/me/sessions', { token })).body.items).toHaveLength(1);
});

test("somebody else's session answers as one that does not exist, and lives on", async () => {
  const [asha, ben] = [await world.register(), await world.register()];
  const ashas = await world.login(asha.email);
  const bens = await world.login(ben.email);
  const foreign = await world.call('DELETE', `/users/me/sessions/${ashas.session_id}`, { token: bens.access_token });
  const missing = await world.call('DELETE', `/users/me/sessions/${newId('session')}`, { token: bens.access_token });
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, request_id: '' }).toEqual({ ...missing.body, request_id: '' });
  expect((await world.refresh(ashas.refresh_token)).status).toBe(200);
  expect(await world.marker(ashas.session_id)).toBeUndefined();
});

test('signing out with the access token ends the session everywhere: record, marker and refresh', async () => {
  const { email } = await world.register();
  const { access_token: token, refresh_token, session_id } = await world.login(email);
  const before = Math.floor(Date.now() / 1000);
  expect((await world.call('POST', '/auth/logout', { token })).status).toBe(204);
  const marker = await world.marker(session_id);
  expect(Math.abs(marker?.revoked_at - before)).toBeLessThanOrEqual(2);
  // The lifetime of an access token and 60 s of skew.
  expect(marker?.expires_at - marker?.revoked_at).toBe(360);
  expect((await world.refresh(refresh_token)).status).toBe(401);
  expect((await world.call('GET', '/users/me', { token })).status).toBe(401);
  expect((await world.call('POST', '/auth/logout', { token })).status).toBe(204);
});

test('signing out with a refresh token ends its session; without any token nothing ends', async () => {
  const { email } = await world.register();
  const { refresh_token, session_id } = await world.login(email);
  expect((await world.call('POST', '/auth/logout')).status).toBe(401);
  const unknown = await world.call('POST', '/auth/logout', { body: { refresh_token: 'A'.repeat(43) } });
  expect(unknown.body.code).toBe('invalid_refresh_token');
  expect((await world.call('POST', '/auth/logout', { body: { refresh_token } })).status).toBe(204);
  expect(await world.marker(session_id)).toMatchObject({ pk: `SID#${session_id}`, sk: 'META' });
  expect((await world.refresh(refresh_token)).status).toBe(401);
});
