import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localCredentials, localSecrets } from '../../bin/local/secrets.ts';
import { secretNames } from '../../services/platform/names.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const modeOf = (file: string) => statSync(file).mode & 0o777;

test('secrets are made once, kept, and readable by their owner only', () => {
  const dir = temporaryDirectory();
  const first = localSecrets(dir);
  expect(localSecrets(dir)).toEqual(first);
  expect(localSecrets(temporaryDirectory()).values).not.toEqual(first.values);
  for (const name of secretNames) expect(modeOf(join(dir, 'secrets', name))).toBe(0o600);
  expect(modeOf(join(dir, 'secrets'))).toBe(0o700);
});

test('the access token keys are a private Ed25519 key whose id is the active one', () => {
  const { active, keys } = JSON.parse(localSecrets(temporaryDirectory()).values['access-token-keys']);
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: active });
  expect(Buffer.from(keys[0].d, 'base64url')).toHaveLength(32);
});

test('the refresh token key is 32 bytes in base64', () => {
  const { values } = localSecrets(temporaryDirectory());
  expect(Buffer.from(values['refresh-token-key'], 'base64')).toHaveLength(32);
});

test('the two accounts have passwords of their own, kept in a private file', () => {
  const dir = temporaryDirectory();
  const first = localCredentials(dir);
  expect(first.admin.email).toBe('admin@example.com');
  expect(first.demo.email).toBe('demo@example.com');
  expect(first.admin.password).not.toBe(first.demo.password);
  expect(first.demo.password.length).toBeGreaterThanOrEqual(16);
  expect(localCredentials(dir)).toEqual(first);
  expect(modeOf(join(dir, 'credentials.json'))).toBe(0o600);
});
