import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { type Access, authorize } from '../../services/kit/access.ts';
import { createServiceTokenVerifier, serviceSubject } from '../../services/kit/service-token.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { createUserTokenVerifier } from '../../services/kit/user-token.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import { ed25519, signEd25519 } from './token-forge.ts';

const issuer = ed25519('key-1');
const cluster = generateKeyPairSync('ed25519');
const clusterJwk = { ...cluster.publicKey.export({ format: 'jwk' }), kid: 'cluster' };
const verifiers = {
  users: createUserTokenVerifier(createLocalJWKSet({ keys: [issuer.jwk] })),
  services: createServiceTokenVerifier(createLocalJWKSet({ keys: [clusterJwk] }), 'product-service'),
};

const now = Math.floor(Date.now() / 1000);
const userToken = (scope: string, more: object = {}) =>
  signEd25519(
    issuer.privateKey,
    { alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' },
    {
      iss: 'ecommerce-user-service',
      aud: 'ecommerce-api',
      sub: 'usr_1',
      sid: 'ses_1',
      jti: '1',
      scope,
      iat: now,
      exp: now + 300,
      ...more,
    },
  );
const serviceToken = (service: ServiceName, audience = 'product-service') =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: 'cluster' })
    .setSubject(serviceSubject(service))
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(cluster.privateKey);

const customer = `Bearer ${userToken('customer')}`;
const admin = `Bearer ${userToken('customer admin')}`;
const expired = `Bearer ${userToken('customer', { iat: now - 300, exp: now - 10 })}`;
const wrongAudience = `Bearer ${userToken('customer', { aud: 'product-service' })}`;
const order = `Bearer ${await serviceToken('order-service')}`;
const payment = `Bearer ${await serviceToken('payment-service')}`;
const elsewhere = `Bearer ${await serviceToken('order-service', 'user-service')}`;

const anyone: Access = { anyone: true };
const signedIn: Access = { user: 'any' };
const administrators: Access = { user: 'admin' };
const internal: Access = { services: ['order-service'] };
const both: Access = { user: 'any', services: ['order-service'] };

const principals = {
  'no token': undefined,
  'an empty header': '',
  'another scheme': 'Basic dXNlcjpwYXNz',
  'two tokens': `${customer} ${customer}`,
  nonsense: 'Bearer nonsense',
  'an expired token': expired,
  'a token for another audience': wrongAudience,
  'a customer': customer,
  'a customer, scheme in lower case': customer.replace('Bearer', 'bearer'),
  'an administrator': admin,
  'order-service': order,
  'payment-service': payment,
  'order-service with a token for another callee': elsewhere,
} as const;

const refused = {
  'an empty header': 'unauthenticated',
  'another scheme': 'unauthenticated',
  'two tokens': 'unauthenticated',
  nonsense: 'unauthenticated',
  'an expired token': 'unauthenticated',
  'a token for another audience': 'unauthenticated',
  'order-service with a token for another callee': 'unauthenticated',
} as const;
const people = {
  'a customer': 'user',
  'a customer, scheme in lower case': 'user',
  'an administrator': 'user',
} as const;

const expected: readonly (readonly [string, Access, Record<keyof typeof principals, string>])[] = [
  [
    'anyone',
    anyone,
    { ...refused, ...people, 'no token': 'anonymous', 'order-service': 'forbidden', 'payment-service': 'forbidden' },
  ],
  [
    'a signed-in user',
    signedIn,
    {
      ...refused,
      ...people,
      'no token': 'unauthenticated',
      'order-service': 'forbidden',
      'payment-service': 'forbidden',
    },
  ],
  [
    'an administrator',
    administrators,
    {
      ...refused,
      'no token': 'unauthenticated',
      'a customer': 'forbidden',
      'a customer, scheme in lower case': 'forbidden',
      'an administrator': 'user',
      'order-service': 'forbidden',
      'payment-service': 'forbidden',
    },
  ],
  [
    'order-service',
    internal,
    {
      ...refused,
      'no token': 'unauthenticated',
      'a customer': 'forbidden',
      'a customer, scheme in lower case': 'forbidden',
      'an administrator': 'forbidden',
      'order-service': 'service',
      'payment-service': 'forbidden',
    },
  ],
  [
    'a signed-in user or order-service',
    both,
    {
      ...refused,
      ...people,
      'no token': 'unauthenticated',
      'order-service': 'service',
      'payment-service': 'forbidden',
    },
  ],
];

const matrix = expected.flatMap(([route, access, by]) =>
  Object.entries(by).map(([who, outcome]) => [route, who, outcome, access] as const),
);

test.each(matrix)('a route for %s, asked by %s: %s', async (_, who, outcome, access) => {
  const answer = await authorize(access, principals[who as keyof typeof principals], undefined, verifiers);
  expect(answer.kind === 'problem' ? answer.code : answer.kind).toBe(outcome);
  if (outcome === 'unauthenticated') expect(answer).toMatchObject({ headers: { 'www-authenticate': 'Bearer' } });
});

test('a service acts for a user only with that user’s valid token', async () => {
  const withUser = (token: string) => authorize(internal, order, token, verifiers);
  expect(await withUser(userToken('customer'))).toMatchObject({ kind: 'service', user: { userId: 'usr_1' } });
  expect(await authorize(internal, order, undefined, verifiers)).toMatchObject({ kind: 'service', user: undefined });
  for (const bad of ['', 'nonsense', userToken('customer', { aud: 'x' }), await serviceToken('order-service')])
    expect(await withUser(bad)).toMatchObject({ kind: 'problem', code: 'unauthenticated' });
});

test('a user token sent along proves nothing without a service token', async () => {
  expect(await authorize(signedIn, undefined, userToken('customer'), verifiers)).toMatchObject({
    code: 'unauthenticated',
  });
});

test('keys that cannot be had are no refusal', async () => {
  const broken = { verify: () => Promise.reject(new Unavailable('user-service', 'its key set cannot be fetched')) };
  await expect(authorize(signedIn, customer, undefined, { ...verifiers, users: broken })).rejects.toThrow(Unavailable);
});
