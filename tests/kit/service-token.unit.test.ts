import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createServiceTokenVerifier, serviceSubject, serviceTokensFrom } from '../../services/kit/service-token.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { ed25519, signEd25519, signHmac } from './token-forge.ts';

const cluster = generateKeyPairSync('rsa', { modulusLength: 2048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...cluster.publicKey.export({ format: 'jwk' }), kid: 'cluster', alg: 'RS256', use: 'sig' };
const verifier = createServiceTokenVerifier(createLocalJWKSet({ keys: [jwk] }), 'user-service');
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: 'https://kubernetes.default.svc',
  sub: serviceSubject('order-service'),
  aud: ['user-service'],
  iat: now,
  exp: now + 600,
};
const token = (more: Record<string, unknown> = {}, key = cluster.privateKey) =>
  new SignJWT({ ...claims, ...more } as JWTPayload).setProtectedHeader({ alg: 'RS256', kid: 'cluster' }).sign(key);
const pem = String(cluster.publicKey.export({ type: 'spki', format: 'pem' }));
const user = ed25519('cluster');

test('a token of the cluster names the calling service', async () => {
  expect(await verifier.verify(await token())).toBe('order-service');
  expect(await verifier.verify(await token())).toBe('order-service');
});

test.each([
  ['another audience', () => token({ aud: ['product-service'] })],
  ['no audience', () => token({ aud: undefined })],
  ['another namespace', () => token({ sub: 'system:serviceaccount:default:order-service' })],
  ['an account that is no service of ours', () => token({ sub: 'system:serviceaccount:ecommerce:default' })],
  ['a service name alone', () => token({ sub: 'order-service' })],
  ['no subject', () => token({ sub: undefined })],
  ['no issue time', () => token({ iat: undefined })],
  ['no end', () => token({ exp: undefined })],
  ['an end 6 s ago', () => token({ exp: now - 6 })],
  ['another signer', () => token({}, others.privateKey)],
  ['HS256 with the public key', async () => signHmac(pem, { alg: 'HS256', kid: 'cluster' }, claims)],
  [
    'a user key under the same key id',
    async () => signEd25519(user.privateKey, { alg: 'EdDSA', kid: 'cluster' }, claims),
  ],
  ['padding', async () => `${await token()}=`],
  ['nothing', async () => ''],
])('a service token is refused with %s', async (_, make) => {
  const forged = await make();
  expect(await verifier.verify(forged)).toBeUndefined();
  expect(await verifier.verify(forged)).toBeUndefined();
});

test('tokens are read again as they rotate, and a missing one fails the call', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const directory = mkdtempSync(join(tmpdir(), 'service-tokens-'));
  onTestFinished(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true });
  });
  const source = serviceTokensFrom(directory);
  expect(() => source('user-service')).toThrow(Unavailable);
  writeFileSync(join(directory, 'user-service'), 'first\n');
  expect(source('user-service')).toBe('first');
  writeFileSync(join(directory, 'user-service'), 'second\n');
  expect(source('user-service')).toBe('first');
  vi.advanceTimersByTime(30_001);
  expect(source('user-service')).toBe('second');
});
