import { expect, test } from 'vitest';
import { userEnvironment } from '../../services/user-service/env.ts';
import { userService } from '../../services/user-service/service.ts';
import { newSigningKey } from './signing-keys.ts';

const [first, second] = [await newSigningKey('a'), await newSigningKey('b')];
const complete = {
  PORT: '8001',
  METRICS_PORT: '9001',
  SERVICE_TOKEN_DIR: '/var/run/tokens',
  DATABASE_URL: 'postgres://127.0.0.1/users',
  SESSIONS_TABLE: 'ecommerce-sessions',
  CONTACTS_TABLE: 'ecommerce-contacts',
  ACCESS_TOKEN_KEYS: JSON.stringify({ active: 'a', keys: [first, second] }),
  REFRESH_TOKEN_KEY: Buffer.alloc(32, 7).toString('base64'),
  SERVICE_JWKS_URL: 'http://127.0.0.1:1/jwks.json',
};

test('a complete environment is read', () => {
  const environment = userEnvironment.parse(complete);
  expect(environment.ACCESS_TOKEN_KEYS.keys.map((key) => key.kid)).toEqual(['a', 'b']);
  expect(environment.REFRESH_TOKEN_KEY).toHaveLength(32);
});

test('it is what service.ts binds, neither more nor less', () => {
  const ofTheProcess = ['PORT', 'METRICS_PORT', 'SERVICE_TOKEN_DIR'];
  expect(Object.keys(userService.environment).sort()).toEqual(
    Object.keys(complete)
      .filter((name) => !ofTheProcess.includes(name))
      .sort(),
  );
  for (const name of Object.keys(complete))
    expect(userEnvironment.safeParse({ ...complete, [name]: undefined }).success, name).toBe(false);
});

test.each([
  ['ACCESS_TOKEN_KEYS', 'secret-canary'],
  ['ACCESS_TOKEN_KEYS', JSON.stringify({ active: 'secret-canary', keys: [first] })],
  ['ACCESS_TOKEN_KEYS', JSON.stringify({ active: 'a', keys: [first, { ...second, kid: 'a', d: 'secret-canary' }] })],
  ['ACCESS_TOKEN_KEYS', JSON.stringify({ active: 'a', keys: [{ ...first, crv: 'secret-canary' }] })],
  ['ACCESS_TOKEN_KEYS', JSON.stringify({ active: 'a', keys: [] })],
  ['REFRESH_TOKEN_KEY', Buffer.from('secret-canary').toString('base64')],
  ['REFRESH_TOKEN_KEY', 'secret-canary!'],
  ['SERVICE_JWKS_URL', 'secret-canary'],
])('%s is refused when it is wrong (%#), and its value is not repeated', (name, value) => {
  const parsed = userEnvironment.safeParse({ ...complete, [name]: value });
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]?.path[0]).toBe(name);
  expect(parsed.error?.issues.map((issue) => issue.message).join()).not.toContain('canary');
});
