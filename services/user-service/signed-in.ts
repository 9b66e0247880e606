import type { Principal } from '../kit/access.ts';
import { type Problem, problem } from '../kit/problem.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

export type SignedIn = { readonly kind: 'signed_in'; readonly user: User; readonly sessionId: string };

/**
 * The user who asks, as the record knows them now. A token outlives its session by up to five minutes elsewhere, but not here,
 * where the record is at hand.
 */
export async function signedIn(users: UserStore, principal: Principal): Promise<SignedIn | Problem> {
  const user = principal.kind === 'user' ? await users.signedIn(principal.userId, principal.sessionId) : undefined;
  if (principal.kind === 'user' && user) return { kind: 'signed_in', user, sessionId: principal.sessionId };
  return problem('unauthenticated', 'This session has ended; sign in again.', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}
