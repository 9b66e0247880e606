import type { Contact } from './user.ts';

/**
 * What DynamoDB is told about users and sessions for readers that must not wait for PostgreSQL. Every write may safely happen
 * twice or late. Methods throw `Unavailable` when the store cannot be asked.
 */
export interface Projections {
  /** Marks a session as signed out until its last access token has expired. Times in epoch seconds. */
  markRevoked(sessionId: string, revokedAt: number, expiresAt: number): Promise<void>;
  /** Writes a contact unless a newer version of it is there already. */
  putContact(contact: Contact): Promise<void>;
  removeContact(userId: string): Promise<void>;
}
