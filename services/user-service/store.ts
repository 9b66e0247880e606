import type { RevocationReason, Session } from './session.ts';
import type { Contact, NewUser, User, UserChanges } from './user.ts';

/** Something that DynamoDB must still be told; staged in the transaction that decided it. `revokedAt` in epoch seconds. */
export type Message =
  | { readonly kind: 'revocation'; readonly outboxId: string; readonly sessionId: string; readonly revokedAt: number }
  | { readonly kind: 'contact'; readonly outboxId: string; readonly userId: string };

/** Accounts. Every method throws `Unavailable` when PostgreSQL cannot be asked. */
export interface UserStore {
  register(
    user: NewUser,
  ): Promise<
    { readonly kind: 'registered'; readonly user: User; readonly message: Message } | { readonly kind: 'email_taken' }
  >;
  /** By the normal form of an address. */
  credentials(email: string): Promise<{ readonly user: User; readonly passwordHash: string } | undefined>;
  find(userId: string): Promise<User | undefined>;
  /** The user of a session that is still alive; `undefined` when it was signed out or the user is disabled. */
  signedIn(userId: string, sessionId: string): Promise<User | undefined>;
  change(userId: string, changes: UserChanges): Promise<{ readonly user: User; readonly message: Message } | undefined>;
  /** Replaces a hash that was made with older parameters, unless the password has been changed meanwhile. */
  rehash(userId: string, from: string, to: string): Promise<void>;
  contact(userId: string): Promise<Contact | undefined>;
}

/** Who a rotated or replayed token belongs to. */
type Grant = { readonly sessionId: string; readonly user: User };

/** Sessions and their refresh tokens, known by hash only. The database's clock decides what has expired. */
export interface SessionStore {
  open(session: {
    readonly sessionId: string;
    readonly userId: string;
    readonly tokenHash: Buffer;
    readonly deviceLabel: string | null;
    readonly network: string | null;
  }): Promise<void>;
  /** Uses a refresh token; whoever comes first with it decides its successor, and everybody else waits. */
  rotate(
    tokenHash: Buffer,
    successor: { readonly tokenHash: Buffer; readonly sealed: Buffer },
  ): Promise<
    | ({ readonly kind: 'rotated' } & Grant)
    | ({ readonly kind: 'replayed'; readonly sealed: Buffer } & Grant)
    | { readonly kind: 'reused'; readonly message: Message }
    | { readonly kind: 'refused' }
  >;
  /** The session that a refresh token belongs to, used or not. */
  ofToken(tokenHash: Buffer): Promise<{ readonly sessionId: string; readonly userId: string } | undefined>;
  /** `already` when it was revoked before; `unknown` when this user has no such session. */
  revoke(
    userId: string,
    sessionId: string,
    reason: RevocationReason,
  ): Promise<{ readonly kind: 'revoked'; readonly message: Message } | { readonly kind: 'already' | 'unknown' }>;
  /** Where a user is signed in, the latest used first, at most 100. */
  list(userId: string): Promise<readonly Session[]>;
  /** Forgets sealed successors past their grace, and tokens and sessions that can never be used again. */
  tidy(): Promise<void>;
}

/** Messages to DynamoDB that are not known to have arrived. */
export interface OutboxStore {
  /** Messages that are due; nobody else is given them for 10 s. */
  claim(limit: number): Promise<readonly (Message & { readonly attempts: number })[]>;
  delivered(outboxId: string): Promise<void>;
  /** To be tried again after `delayMs`. */
  postpone(outboxId: string, delayMs: number): Promise<void>;
}
