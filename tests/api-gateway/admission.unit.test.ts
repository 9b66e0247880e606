import { describe, expect, test } from 'vitest';
import { createAdmission } from '../../services/api-gateway/admission.ts';
import type { Sessions } from '../../services/api-gateway/sessions.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import type { UserTokenVerifier } from '../../services/kit/user-token.ts';
import type { Audience } from '../../services/platform/facts.ts';
import { accessToken, verifierOfTests } from './tokens.ts';

const signedIn: Sessions = { isRevoked: async (sessionId) => sessionId === 'ses_out' };
const tableDown: Sessions = {
  isRevoked: async () => {
    throw new Unavailable('dynamodb', 'down');
  },
};
const keysDown: UserTokenVerifier = {
  verify: async () => {
    throw new Unavailable('user-service', 'down');
  },
};

const outcome = async (
  audience: Audience,
  authorization: string | undefined,
  sessions = signedIn,
  users = verifierOfTests(),
) => {
  try {
    return (await createAdmission(users, sessions)(audience, authorization))?.code ?? 'in';
  } catch (error) {
    if (error instanceof Unavailable) return 'unavailable';
    throw error;
  }
};

describe('who gets in', () => {
  test('without a token: where anyone may call, and nowhere else', async () => {
    expect(await outcome('anyone', undefined)).toBe('in');
    expect(await outcome('user', undefined)).toBe('unauthenticated');
    expect(await outcome('admin', undefined)).toBe('unauthenticated');
  });

  test('a customer: as a user, not as an admin', async () => {
    const bearer = `Bearer ${await accessToken('ses_1')}`;
    expect(await outcome('anyone', bearer)).toBe('in');
    expect(await outcome('user', bearer)).toBe('in');
    expect(await outcome('admin', bearer)).toBe('forbidden');
  });

  test('an admin: everywhere', async () => {
    const bearer = `Bearer ${await accessToken('ses_1', 'customer admin')}`;
    for (const audience of ['anyone', 'user', 'admin'] as const) expect(await outcome(audience, bearer)).toBe('in');
  });

  test('a session that was signed out: nowhere, not even where anyone may call', async () => {
    const bearer = `Bearer ${await accessToken('ses_out', 'customer admin')}`;
    for (const audience of ['anyone', 'user', 'admin'] as const)
      expect(await outcome(audience, bearer)).toBe('unauthenticated');
  });

  test.each([
    ['no scheme', async () => await accessToken('ses_1')],
    ['another scheme', async () => 'Basic YTpi'],
    ['two tokens', async () => 'Bearer a b'],
    ['nonsense', async () => 'Bearer nonsense'],
    ['an expired one', async () => `Bearer ${await accessToken('ses_1', 'customer', { exp: 1_600_000_000 })}`],
    ['another issuer', async () => `Bearer ${await accessToken('ses_1', 'customer', { iss: 'x' })}`],
    ['another audience', async () => `Bearer ${await accessToken('ses_1', 'customer', { aud: 'order-service' })}`],
    ['another type', async () => `Bearer ${await accessToken('ses_1', 'customer', {}, { typ: 'JWT' })}`],
    ['an unknown key', async () => `Bearer ${await accessToken('ses_1', 'customer', {}, { kid: 'k2' })}`],
    ['no session', async () => `Bearer ${await accessToken('ses_1', 'customer', { sid: undefined })}`],
    ['a changed payload', async () => `Bearer ${(await accessToken('ses_1')).replace(/\.[^.]{4}/, '.AAAA')}`],
    [
      'a service\u2019s own token',
      async () =>
        `Bearer ${await accessToken('ses_1', 'x', { sub: 'system:serviceaccount:ecommerce:order-service', aud: 'product-service' }, { typ: 'JWT' })}`,
    ],
  ])('a bad token never: %s', async (_, make) => {
    const authorization = await make();
    for (const audience of ['anyone', 'user', 'admin'] as const)
      expect(await outcome(audience, authorization)).toBe('unauthenticated');
  });
});

describe('when something cannot be asked', () => {
  test('sensitive routes close and the catalogue goes on, whether markers or keys are missing', async () => {
    const bearer = `Bearer ${await accessToken('ses_1', 'customer admin')}`;
    for (const [sessions, users] of [
      [tableDown, verifierOfTests()],
      [signedIn, keysDown],
    ] as const) {
      expect(await outcome('user', bearer, sessions, users)).toBe('unavailable');
      expect(await outcome('admin', bearer, sessions, users)).toBe('unavailable');
      expect(await outcome('anyone', bearer, sessions, users)).toBe('in');
    }
  });
});
