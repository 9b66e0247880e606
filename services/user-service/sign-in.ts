import { crashpoint } from '../kit/failpoints.ts';
import { newId } from '../kit/ids.ts';
import type { AccessTokens } from './access-token.ts';
import type { Outbox } from './outbox.ts';
import type { Passwords } from './passwords.ts';
import { hashRefreshToken, newRefreshToken, sealSuccessor, unsealSuccessor } from './refresh-token.ts';
import type { RevocationReason } from './session.ts';
import type { SessionStore, UserStore } from './store.ts';
import { normalizeEmail, normalizePassword, type User } from './user.ts';

export type SignInParts = {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly tokens: AccessTokens;
  readonly outbox: Outbox;
  /** 32 bytes; seals successors of refresh tokens. */
  readonly refreshTokenKey: Buffer;
};

/** What a client gets to act for a user. */
export type Grant = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  readonly user: User;
};

type Attempt = {
  readonly email: string;
  readonly password: string;
  readonly deviceLabel: string | null;
  readonly network: string | null;
};

/** Opens a session. An unknown address, a wrong password and a disabled account are the same `undefined`. */
export async function signIn(parts: SignInParts, attempt: Attempt): Promise<Grant | undefined> {
  const { users, sessions, passwords, tokens } = parts;
  const password = normalizePassword(attempt.password);
  const found = await users.credentials(normalizeEmail(attempt.email));
  const matches = await passwords.verify(found?.passwordHash, password);
  if (!found || !matches || found.user.status !== 'active') return undefined;

  const { user, passwordHash } = found;
  if (passwords.isOutdated(passwordHash)) await users.rehash(user.userId, passwordHash, await passwords.hash(password));
  const sessionId = newId('session');
  const refreshToken = newRefreshToken();
  await sessions.open({
    sessionId,
    userId: user.userId,
    tokenHash: hashRefreshToken(refreshToken),
    deviceLabel: attempt.deviceLabel,
    network: attempt.network,
  });
  return { accessToken: await tokens.issue(user, sessionId), refreshToken, sessionId, user };
}

/**
 * Exchanges a refresh token for its one successor and a new access token; the same request again within the grace gets the same
 * successor. `undefined` when the token grants nothing; a stolen one has ended its session by then.
 */
export async function refresh(parts: SignInParts, presented: string): Promise<Grant | undefined> {
  const { sessions, tokens, outbox, refreshTokenKey } = parts;
  const tokenHash = hashRefreshToken(presented);
  const successor = newRefreshToken();
  const outcome = await sessions.rotate(tokenHash, {
    tokenHash: hashRefreshToken(successor),
    sealed: sealSuccessor(refreshTokenKey, tokenHash, successor),
  });
  await crashpoint('user.after_rotation');
  switch (outcome.kind) {
    case 'refused':
      return undefined;
    case 'reused':
      await outbox.deliver(outcome.message);
      return undefined;
    case 'rotated':
    case 'replayed': {
      const { user, sessionId } = outcome;
      const refreshToken =
        outcome.kind === 'rotated' ? successor : unsealSuccessor(refreshTokenKey, tokenHash, outcome.sealed);
      if (refreshToken === undefined) return undefined;
      return { accessToken: await tokens.issue(user, sessionId), refreshToken, sessionId, user };
    }
    default:
      return outcome satisfies never;
  }
}

/**
 * Ends a session of a user: its refresh tokens die with the commit, and its access tokens as soon as the marker is delivered,
 * which is tried before this returns. `false` when the user has no such session.
 */
export async function signOut(
  { sessions, outbox }: Pick<SignInParts, 'sessions' | 'outbox'>,
  userId: string,
  sessionId: string,
  reason: RevocationReason,
): Promise<boolean> {
  const outcome = await sessions.revoke(userId, sessionId, reason);
  await crashpoint('user.after_revocation');
  if (outcome.kind === 'revoked') await outbox.deliver(outcome.message);
  return outcome.kind !== 'unknown';
}
