import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  hashRefreshToken,
  newRefreshToken,
  sealSuccessor,
  unsealSuccessor,
} from '../../services/user-service/refresh-token.ts';
import { coarseNetwork, judgeRefresh, type PresentedToken } from '../../services/user-service/session.ts';
import { normalizeEmail, normalizePassword } from '../../services/user-service/user.ts';

const verdicts: readonly (readonly [Partial<PresentedToken>, string])[] = [
  [{}, 'rotate'],
  [{ used: 'within_grace' }, 'replay'],
  [{ used: 'earlier' }, 'reused'],
  [{ revoked: true }, 'refuse'],
  [{ revoked: true, used: 'within_grace' }, 'refuse'],
  [{ revoked: true, used: 'earlier' }, 'refuse'],
  [{ expired: true }, 'refuse'],
  [{ expired: true, used: 'within_grace' }, 'refuse'],
  [{ userStatus: 'disabled' }, 'refuse'],
  [{ userStatus: 'disabled', used: 'within_grace' }, 'refuse'],
];

test.each(verdicts)('a refresh token that is %j: %s', (more, verdict) => {
  expect(judgeRefresh({ revoked: false, expired: false, userStatus: 'active', used: 'never', ...more })).toBe(verdict);
});

test('a sealed successor opens with its key for its own predecessor only, and unharmed', () => {
  const [key, predecessor, successor] = [randomBytes(32), hashRefreshToken(newRefreshToken()), newRefreshToken()];
  const sealed = sealSuccessor(key, predecessor, successor);
  expect(unsealSuccessor(key, predecessor, sealed)).toBe(successor);
  expect(unsealSuccessor(randomBytes(32), predecessor, sealed)).toBeUndefined();
  expect(unsealSuccessor(key, hashRefreshToken('another'), sealed)).toBeUndefined();
  for (let index = 0; index < sealed.length; index += 1) {
    const harmed = Buffer.from(sealed);
    harmed[index] = (harmed[index] ?? 0) ^ 1;
    expect(unsealSuccessor(key, predecessor, harmed)).toBeUndefined();
  }
  expect(unsealSuccessor(key, predecessor, sealed.subarray(0, 20))).toBeUndefined();
});

test('a thousand refresh tokens of 256 bits are all different', () => {
  const tokens = Array.from({ length: 1000 }, newRefreshToken);
  expect(new Set(tokens).size).toBe(1000);
  expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true);
});

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['10.0.0.1, 203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8:1::1', '2001:db8:1::/48'],
  ['::1', null],
  ['unknown', null],
  ['<script>', null],
  ['', null],
  [undefined, null],
])('of the address %j the network %j is kept', (header, network) => {
  expect(coarseNetwork(header)).toBe(network);
});

test('addresses are compared without case, passwords by what they look like', () => {
  expect(normalizeEmail('Asha.RAO@Example.ORG')).toBe('asha.rao@example.org');
  expect(normalizePassword('Zoe\u0308 Zoe\u0308')).toBe(normalizePassword('Zo\u00eb Zo\u00eb'));
});
