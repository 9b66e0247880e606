import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { createUserTokenVerifier, remoteKeys } from '../../services/kit/user-token.ts';
import { ed25519, encode, signEd25519, signHmac } from './token-forge.ts';

const ours = ed25519('key-1');
const previous = ed25519('key-0');
const theirs = ed25519('key-1');
const keys = createLocalJWKSet({ keys: [ours.jwk, previous.jwk] });
const verifier = createUserTokenVerifier(keys);

const now = Math.floor(Date.now() / 1000);
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' };
const payload = {
  iss: 'ecommerce-user-service',
  aud: 'ecommerce-api',
  sub: 'usr_0190163d-8694-739b-aea5-966c26f8ad90',
  sid: 'ses_0190163d-8694-739b-aea5-966c26f8ad91',
  jti: '0190163d-8694-739b-aea5-966c26f8ad92',
  scope: 'customer',
  iat: now,
  exp: now + 300,
};
/** One whose signature has characters that the two alphabets of base64 spell differently. */
function goodToken(): string {
  for (let n = 0; ; n += 1) {
    const token = signEd25519(ours.privateKey, header, { ...payload, n });
    if (/[-_][^.]*$/.test(token)) return token;
  }
}
const good = goodToken();
const [head = '', middle = '', signature = ''] = good.split('.');
const withHeader = (more: object) => signEd25519(ours.privateKey, { ...header, ...more }, payload);
const withPayload = (more: object) => signEd25519(ours.privateKey, header, { ...payload, ...more });
const without = (claim: keyof typeof payload) => {
  const { [claim]: _, ...rest } = payload;
  return signEd25519(ours.privateKey, header, rest);
};
const spki = ours.publicKey.export({ type: 'spki', format: 'pem' });
const rawPublic = Buffer.from(ours.jwk.x ?? '', 'base64url');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signedBy = (alg: string, key: typeof ec.privateKey, dsaEncoding?: 'ieee-p1363') => {
  const input = `${encode({ ...header, alg })}.${encode(payload)}`;
  const bytes = sign('sha256', Buffer.from(input), dsaEncoding ? { key, dsaEncoding } : key);
  return `${input}.${bytes.toString('base64url')}`;
};
/** The same signature bytes, spelled so that unused bits of the last character are set. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const sloppyLast = (text: string) => text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? 'A') | 1];
const flipped = Buffer.from(signature, 'base64url');
flipped[10] = (flipped[10] ?? 0) ^ 1;

const attacks: readonly (readonly [name: string, token: string])[] = [
  ['alg none without a signature', `${encode({ ...header, alg: 'none' })}.${middle}.`],
  ['alg none with the old signature', `${encode({ ...header, alg: 'none' })}.${middle}.${signature}`],
  ['alg None', `${encode({ ...header, alg: 'None' })}.${middle}.`],
  ['alg missing', signEd25519(ours.privateKey, { typ: 'at+jwt', kid: 'key-1' }, payload)],
  ['alg of another kind', withHeader({ alg: ['EdDSA'] })],
  ['HS256 with the public key in PEM', signHmac(String(spki), { ...header, alg: 'HS256' }, payload)],
  ['HS256 with the raw public key', signHmac(rawPublic, { ...header, alg: 'HS256' }, payload)],
  ['HS256 with an empty key', signHmac('', { ...header, alg: 'HS256' }, payload)],
  ['HS256 with the public JWK', signHmac(JSON.stringify(ours.jwk), { ...header, alg: 'HS256' }, payload)],
  ['ES256 by a key of their own', signedBy('ES256', ec.privateKey, 'ieee-p1363')],
  ['RS256 by a key of their own', signedBy('RS256', rsa.privateKey)],
  ['the name Ed25519, which we do not issue', withHeader({ alg: 'Ed25519' })],
  [
    'alg twice, the last one none',
    signEd25519(ours.privateKey, '{"alg":"EdDSA","typ":"at+jwt","alg":"none"}', payload),
  ],
  ['another key under our key id', signEd25519(theirs.privateKey, header, payload)],
  ['an embedded jwk', signEd25519(theirs.privateKey, { ...header, jwk: theirs.jwk }, payload)],
  [
    'an embedded jwk without kid',
    signEd25519(theirs.privateKey, { alg: 'EdDSA', typ: 'at+jwt', jwk: theirs.jwk }, payload),
  ],
  ['jku', signEd25519(theirs.privateKey, { ...header, jku: 'http://127.0.0.1:1/jwks.json' }, payload)],
  ['x5u', signEd25519(theirs.privateKey, { ...header, x5u: 'http://127.0.0.1:1/cert.pem' }, payload)],
  ['x5c', signEd25519(theirs.privateKey, { ...header, x5c: ['MIIB'] }, payload)],
  ['kid with a path', withHeader({ kid: '../../../../dev/null' })],
  ['kid with SQL', withHeader({ kid: "key-1' OR '1'='1" })],
  ['kid of an object', withHeader({ kid: { $ne: null } })],
  ['kid of the prototype', withHeader({ kid: '__proto__' })],
  ['kid of another of our keys', withHeader({ kid: 'key-0' })],
  ['no kid where two keys fit', signEd25519(ours.privateKey, { alg: 'EdDSA', typ: 'at+jwt' }, payload)],
  ['typ JWT', withHeader({ typ: 'JWT' })],
  ['typ missing', signEd25519(ours.privateKey, { alg: 'EdDSA', kid: 'key-1' }, payload)],
  ['typ of a logout token', withHeader({ typ: 'logout+jwt' })],
  ['crit', withHeader({ crit: ['exp'] })],
  ['crit with an unknown extension', withHeader({ crit: ['x'], x: 1 })],
  ['b64 false', withHeader({ b64: false, crit: ['b64'] })],
  ['zip', `${encode({ ...header, zip: 'DEF' })}.${middle}.${signature}`],
  ['another issuer', withPayload({ iss: 'https://evil.example' })],
  ['issuer in a list', withPayload({ iss: ['ecommerce-user-service'] })],
  ['issuer in other case', withPayload({ iss: 'Ecommerce-User-Service' })],
  ['issuer missing', without('iss')],
  ['another audience', withPayload({ aud: 'order-service' })],
  ['audience missing', without('aud')],
  ['audience as a prefix', withPayload({ aud: 'ecommerce-api.evil.example' })],
  ['expired 6 s ago', withPayload({ exp: now - 6, iat: now - 300 })],
  ['exp missing', without('exp')],
  ['exp as text', withPayload({ exp: String(now + 300) })],
  ['exp null', withPayload({ exp: null })],
  ['exp infinite', signEd25519(ours.privateKey, header, JSON.stringify(payload).replace(/"exp":\d+/, '"exp":1e999'))],
  [
    'exp twice, the last one over',
    signEd25519(ours.privateKey, header, JSON.stringify(payload).replace(/}$/, ',"exp":1}')),
  ],
  ['not valid before 10 s from now', withPayload({ nbf: now + 10 })],
  ['nbf as text', withPayload({ nbf: '0' })],
  ['issued 10 s from now', withPayload({ iat: now + 10 })],
  ['issued longer ago than a token lives', withPayload({ iat: now - 400 })],
  ['iat missing', without('iat')],
  ['sub missing', without('sub')],
  ['sub of an object', withPayload({ sub: { $gt: '' } })],
  ['sid missing', without('sid')],
  ['jti missing', without('jti')],
  ['scope missing', without('scope')],
  ['scope in a list', withPayload({ scope: ['admin'] })],
  ['a payload that was changed', `${head}.${encode({ ...payload, scope: 'customer admin' })}.${signature}`],
  ['a header that was changed', `${encode({ ...header, x: 1 })}.${middle}.${signature}`],
  ['a signature with one bit flipped', `${head}.${middle}.${flipped.toString('base64url')}`],
  ['a truncated signature', good.slice(0, -2)],
  ['no signature', `${head}.${middle}.`],
  ['no signature and no dot', `${head}.${middle}`],
  ['a signature of zeros', `${head}.${middle}.${Buffer.alloc(64).toString('base64url')}`],
  ['the signature twice', `${good}.${signature}`],
  ['unused bits set in the signature', `${head}.${middle}.${sloppyLast(signature)}`],
  ['padding on the signature', `${good}==`],
  [
    'the alphabet of plain base64',
    `${head}.${middle}.${Buffer.from(signature, 'base64url').toString('base64').replace(/=+$/, '')}`,
  ],
  ['a space inside', `${head}. ${middle}.${signature}`],
  ['a line break at the end', `${good}\n`],
  ['a payload that is no JSON', signEd25519(ours.privateKey, header, 'sub=admin')],
  ['a payload that is a list', signEd25519(ours.privateKey, header, '[]')],
  ['an encrypted token of five parts', `${head}.${middle}.${middle}.${middle}.${signature}`],
  ['JSON serialization', JSON.stringify({ protected: head, payload: middle, signature })],
  ['nothing', ''],
  ['dots', '..'],
  ['a megabyte', `${head}.${'A'.repeat(1_000_000)}.${signature}`],
];

test('our own token is accepted, with or without the memory of it', async () => {
  const claims = { userId: payload.sub, sessionId: payload.sid, roles: ['customer'], expiresAt: payload.exp };
  expect(await verifier.verify(good)).toEqual(claims);
  expect(await verifier.verify(good)).toEqual(claims);
  const older = signEd25519(previous.privateKey, { ...header, kid: 'key-0' }, payload);
  expect(await verifier.verify(older)).toEqual(claims);
});

test('there are at least 40 attacks, no two alike', () => {
  expect(attacks.length).toBeGreaterThanOrEqual(40);
  expect(new Set(attacks.map(([, token]) => token)).size).toBe(attacks.length);
  expect(attacks.map(([, token]) => token)).not.toContain(good);
});

test.each(attacks)('refused: %s', async (_, token) => {
  expect(await verifier.verify(token)).toBeUndefined();
  expect(await verifier.verify(token)).toBeUndefined();
});

test('a token that claims to live for a year lives for five minutes', async () => {
  const claims = await verifier.verify(withPayload({ exp: now + 31_536_000 }));
  expect(claims?.expiresAt).toBe(now + 300);
});

test('edges: 3 s past the end, 3 s before the beginning are within the tolerance of clocks', async () => {
  for (const token of [withPayload({ exp: now - 3, iat: now - 200 }), withPayload({ iat: now + 3, nbf: now + 3 })]) {
    expect(await verifier.verify(token)).toMatchObject({ userId: payload.sub });
    expect(await verifier.verify(token)).toMatchObject({ userId: payload.sub });
  }
});

test('roles that do not exist are not granted', async () => {
  expect((await verifier.verify(withPayload({ scope: 'root admin superuser' })))?.roles).toEqual(['admin']);
  expect((await verifier.verify(withPayload({ scope: 'administrator' })))?.roles).toEqual([]);
});

const server = createServer((request, response) => {
  if (request.url === '/broken') response.writeHead(500).end();
  else if (request.url === '/nonsense') response.writeHead(200).end('<html>');
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [ours.jwk] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test.each([`${base}/broken`, `${base}/nonsense`, 'http://127.0.0.1:1/jwks.json'])(
  'keys that cannot be fetched are no verdict on the token (%#)',
  async (url) => {
    await expect(createUserTokenVerifier(remoteKeys(url)).verify(good)).rejects.toThrow(Unavailable);
  },
);

test('keys from the configured address verify, and an unknown key id is a bad token', async () => {
  const remote = createUserTokenVerifier(remoteKeys(`${base}/jwks.json`));
  expect(await remote.verify(good)).toMatchObject({ userId: payload.sub });
  expect(await remote.verify(withHeader({ kid: 'key-9' }))).toBeUndefined();
});
