import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { password, type UserWorld, userWorld } from './world.ts';

let world: UserWorld;
beforeAll(async () => {
  world = await userWorld();
});
afterAll(() => world.close());

test('registering answers the profile without a hash, and the contact reaches DynamoDB', async () => {
  const { status, headers, body } = await world.register({ email: 'New.Person@Example.ORG', phone: '+919876543210' });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/users/${body.user_id}`);
  expect(body).toEqual({
    user_id: expect.stringMatching(/^usr_[0-9a-f-]{36}$/),
    name: 'Asha Rao',
    email: 'new.person@example.org',
    phone: '+919876543210',
    roles: ['customer'],
    status: 'active',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(await world.contact(body.user_id)).toEqual({
    pk: `USER#${body.user_id}`,
    sk: 'META',
    version: 1,
    email: 'new.person@example.org',
    phone: '+919876543210',
    name: 'Asha Rao',
    locale: 'en-IN',
    consent: { email: true, sms: false },
  });
  expect(await world.owner`SELECT FROM outbox`).toHaveLength(0);
});

test('a password is stored as Argon2id with at least 19 MiB and two passes', async () => {
  const { body } = await world.register();
  const [row] = await world.owner`SELECT password_hash FROM users WHERE user_id = ${body.user_id.slice(4)}`;
  expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
});

test('an address is taken whatever its case, also when two register it at once', async () => {
  const first = await world.register();
  const again = await world.register({ email: first.email.toUpperCase() });
  expect(again.status).toBe(409);
  expect(again.body.code).toBe('email_taken');

  const email = 'twice@example.org';
  const both = await Promise.all([world.register({ email }), world.register({ email })]);
  expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
});

test.each([
  ['a password of 11 characters', { password: 'a'.repeat(11) }, '/password'],
  ['a password of 129 characters', { password: 'a'.repeat(129) }, '/password'],
  ['an address of more than 254 characters', { email: `${'a'.repeat(64)}@${'b.'.repeat(100)}example.org` }, '/email'],
  ['an address without a domain', { email: 'asha@' }, '/email'],
  ['a name with U+0000', { name: 'Asha\u0000' }, '/name'],
  ['a name of spaces', { name: '   ' }, '/name'],
  ['a phone of letters', { phone: 'call me' }, '/phone'],
  ['no name', { name: undefined }, '/name'],
])('registering with %s is refused with a pointer to it', async (_, more, pointer) => {
  const { status, body } = await world.register(more);
  expect(status).toBe(422);
  expect(body.code).toBe('invalid_request');
  expect(body.errors[0].pointer).toBe(pointer);
});

test.each(['user_id', 'roles', 'status', 'password_hash', 'created_at', 'version', 'consent_email', '__proto__'])(
  'nobody can set %s, neither when registering nor later',
  async (field) => {
    const extra = JSON.parse(`{"${field}": ["admin"]}`);
    const known = await world.register();
    const { access_token } = await world.login(known.email);
    const registered = await world.call('POST', '/users', {
      body: Object.assign(Object.create(null), { name: 'Eve', email: 'eve@example.org', password }, extra),
    });
    const changed = await world.call('PATCH', '/users/me', { token: access_token, body: { name: 'Eve', ...extra } });
    expect(registered.status).toBe(422);
    expect(changed.status).toBe(422);
    const me = await world.call('GET', '/users/me', { token: access_token });
    expect(me.body.roles).toEqual(['customer']);
    expect(me.body.name).toBe('Asha Rao');
  },
);

test('a changed profile is answered, read again and written to the contact', async () => {
  const { email, body } = await world.register({ phone: '+919876543210' });
  const { access_token: token } = await world.login(email);
  const changed = await world.call('PATCH', '/users/me', { token, body: { name: 'Asha R.', phone: null } });
  expect(changed.status).toBe(200);
  expect(changed.body).toEqual({ ...body, name: 'Asha R.', phone: null });
  expect((await world.call('GET', '/users/me', { token })).body).toEqual(changed.body);
  const contact = await world.contact(body.user_id);
  expect(contact).toMatchObject({ version: 2, name: 'Asha R.', email });
  expect(contact).not.toHaveProperty('phone');
});

test('a change of nothing is refused', async () => {
  const { email } = await world.register();
  const { access_token: token } = await world.login(email);
  expect((await world.call('PATCH', '/users/me', { token, body: {} })).status).toBe(422);
});

test('a contact that arrives late never overwrites a newer one', async () => {
  const { email, body } = await world.register();
  const { access_token: token } = await world.login(email);
  const projections = world.deps.users.contact(body.user_id);
  const old = await projections;
  await world.call('PATCH', '/users/me', { token, body: { name: 'Newer' } });
  if (!old) throw new Error('there is no contact');
  await world.projections.putContact(old);
  expect(await world.contact(body.user_id)).toMatchObject({ version: 2, name: 'Newer' });
});

test('a profile is shown to its owner and to administrators; to others it is as if it did not exist', async () => {
  const [asha, ben, admin] = [await world.register(), await world.register(), await world.register()];
  await world.owner`UPDATE users SET roles = '{customer,admin}' WHERE email = ${admin.email}`;
  const tokenOf = async (email: string) => (await world.login(email)).access_token;
  const [ashas, bens, admins] = [await tokenOf(asha.email), await tokenOf(ben.email), await tokenOf(admin.email)];
  const path = `/users/${asha.body.user_id}`;
  expect((await world.call('GET', path, { token: ashas })).body).toEqual(asha.body);
  expect((await world.call('GET', path, { token: admins })).body).toEqual(asha.body);

  const foreign = await world.call('GET', path, { token: bens });
  const missing = await world.call('GET', `/users/${newId('user')}`, { token: bens });
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, request_id: '' }).toEqual({ ...missing.body, request_id: '' });
  expect([...foreign.headers.keys()]).toEqual([...missing.headers.keys()]);
  expect((await world.call('GET', '/users/nonsense', { token: admins })).status).toBe(404);
  expect((await world.call('GET', path)).status).toBe(401);
});

test('order- and payment-service learn only whether a user exists and is active; other services nothing', async () => {
  const { body } = await world.register();
  const path = `/users/${body.user_id}`;
  for (const service of ['order-service', 'payment-service'] as const) {
    const answer = await world.call('GET', path, { token: await world.serviceToken(service) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ user_id: body.user_id, status: 'active' });
  }
  const token = await world.serviceToken('order-service');
  expect((await world.call('GET', `/users/${newId('user')}`, { token })).status).toBe(404);
  await world.owner`UPDATE users SET status = 'disabled' WHERE user_id = ${body.user_id.slice(4)}`;
  expect((await world.call('GET', path, { token })).body).toEqual({ user_id: body.user_id, status: 'disabled' });

  const product = await world.serviceToken('product-service');
  expect((await world.call('GET', path, { token: product })).status).toBe(403);
  const elsewhere = await world.serviceToken('order-service', 'product-service');
  expect((await world.call('GET', path, { token: elsewhere })).status).toBe(401);
  for (const [method, route] of [
    ['GET', '/users/me'],
    ['PATCH', '/users/me'],
    ['GET', '/users/me/sessions'],
  ] as const)
    expect((await world.call(method, route, { token, body: method === 'PATCH' ? {} : undefined })).status).toBe(403);
});

test('a disabled user can neither sign in nor use a token that is still good elsewhere', async () => {
  const { email } = await world.register();
  const { access_token: token, refresh_token } = await world.login(email);
  await world.owner`UPDATE users SET status = 'disabled' WHERE email = ${email}`;
  expect((await world.call('GET', '/users/me', { token })).status).toBe(401);
  expect((await world.refresh(refresh_token)).status).toBe(401);
  expect((await world.call('POST', '/auth/login', { body: { email, password } })).status).toBe(401);
});
