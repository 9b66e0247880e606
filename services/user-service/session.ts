import type { User } from './user.ts';

/** Refresh tokens of a session die when unused for this long, in seconds (14 d). */
export const idleSeconds = 14 * 86_400;
/** And in any case this long after sign-in, in seconds (30 d). */
export const absoluteSeconds = 30 * 86_400;
/** For this long, in seconds, a used refresh token is answered with the successor it already has. */
export const graceSeconds = 10;
/**
 * How much longer than an access token a revocation marker lives, in seconds: clocks may differ, and a process may have been
 * paused between its decision and its signature.
 */
export const markerSkewSeconds = 60;

/** Where somebody is signed in. */
export type Session = {
  readonly sessionId: string;
  readonly deviceLabel: string | null;
  /** First half of the address it came from: enough to recognise a place, too little to find one. */
  readonly network: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
};

export type RevocationReason = 'signed_out' | 'refresh_reuse' | 'password_changed';

/** What the record says about a refresh token that was presented, every time judged by the database's clock. */
export type PresentedToken = {
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly userStatus: User['status'];
  readonly used: 'never' | 'within_grace' | 'earlier';
};

/**
 * What to do with a refresh token: `rotate` it, `replay` the successor it already has, treat it as stolen (`reused`: both the
 * thief and the owner hold tokens of this family, so the family ends, RFC 9700 section 4.14.2), or `refuse` it.
 */
export function judgeRefresh(token: PresentedToken): 'rotate' | 'replay' | 'reused' | 'refuse' {
  if (token.revoked || token.expired || token.userStatus !== 'active') return 'refuse';
  switch (token.used) {
    case 'never':
      return 'rotate';
    case 'within_grace':
      return 'replay';
    case 'earlier':
      return 'reused';
    default:
      return token.used satisfies never;
  }
}

/** The /24 (IPv4) or /48 (IPv6) of the nearest address in an `x-forwarded-for` header; `null` when there is none. */
export function coarseNetwork(forwardedFor: string | undefined): string | null {
  const address = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)?.[1];
  if (v4) return `${v4}.0/24`;
  const v6 = /^([0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}):[0-9a-f:]*$/i.exec(address)?.[1];
  return v6 ? `${v6.toLowerCase()}::/48` : null;
}
