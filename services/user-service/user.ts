import type { Role } from '../kit/user-token.ts';

/** Somebody with an account. `email` is in its normal form; `phone` has digits and perhaps a leading `+`. */
export type User = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly roles: readonly Role[];
  readonly status: 'active' | 'disabled';
  readonly createdAt: Date;
};

export type NewUser = Pick<User, 'userId' | 'email' | 'name' | 'phone' | 'roles'> & { readonly passwordHash: string };

/** What a user may change; a missing member stays as it is, a phone of `null` is removed. */
export type UserChanges = { readonly name?: string | undefined; readonly phone?: string | null | undefined };

/** Where and how a user may be reached; `version` grows with every change. */
export type Contact = {
  readonly userId: string;
  readonly version: number;
  readonly email: string;
  readonly phone: string | null;
  readonly name: string;
  readonly locale: string;
  readonly consent: { readonly email: boolean; readonly sms: boolean };
};

/** One account per mailbox: addresses are compared without regard to case. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();

/** Passwords that look the same are the same, whatever keyboard composed them (NIST SP 800-63B, 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFKC');
