import { fullJitter, sleep } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { Log } from '../kit/log.ts';
import { accessTokenSeconds } from '../kit/user-token.ts';
import type { Projections } from './projections.ts';
import { markerSkewSeconds } from './session.ts';
import type { Message, OutboxStore, UserStore } from './store.ts';

// Few, because each takes a connection of the pool that requests wait for.
const batch = 4;

/** Takes to DynamoDB what PostgreSQL has decided. */
export interface Outbox {
  /**
   * Delivers a message that was just committed. Waits for the first attempt, but not longer than `patienceMs`; never throws,
   * because the loop goes on with whatever is left.
   */
  deliver(message: Message): Promise<void>;
  /** One turn of the loop: everything that is due. */
  turn(signal: AbortSignal): Promise<void>;
}

/** At-least-once delivery; the receiving writes are idempotent and refuse older versions. */
export function createOutbox(parts: {
  readonly outbox: OutboxStore;
  readonly users: UserStore;
  readonly projections: Projections;
  readonly clock: Clock;
  readonly log: Log;
  readonly patienceMs?: number;
}): Outbox {
  const { outbox, users, projections, clock, log, patienceMs = 1_500 } = parts;

  async function write(message: Message): Promise<void> {
    if (message.kind === 'revocation') {
      const expiresAt = message.revokedAt + accessTokenSeconds + markerSkewSeconds;
      // Past it there is no access token left to deny.
      if (expiresAt * 1000 > clock.now())
        await projections.markRevoked(message.sessionId, message.revokedAt, expiresAt);
      return;
    }
    const contact = await users.contact(message.userId);
    if (contact) await projections.putContact(contact);
    else await projections.removeContact(message.userId);
  }

  async function attempt(message: Message, attempts: number): Promise<void> {
    try {
      await write(message);
      await crashpoint('user.after_delivery');
      await outbox.delivered(message.outboxId);
    } catch (error) {
      log.warn({ kind: message.kind, outbox_id: message.outboxId, attempts, err: error }, 'not delivered yet');
      // When even this fails the claim runs out by itself.
      await outbox.postpone(message.outboxId, 250 + fullJitter(attempts, 250, 5_000)).catch(() => {});
    }
  }

  return {
    async deliver(message) {
      const patience = new AbortController();
      await Promise.race([attempt(message, 0), sleep(patienceMs, patience.signal)]);
      patience.abort();
    },
    async turn(signal) {
      while (!signal.aborted) {
        const due = await outbox.claim(batch);
        await Promise.all(due.map((message) => attempt(message, message.attempts)));
        if (due.length < batch) return;
      }
    },
  };
}
