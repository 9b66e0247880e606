import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../kit/clock.ts';
import { asking, type Dynamo } from '../kit/dynamo.ts';

export interface Sessions {
  /** Whether this session was signed out. Throws `Unavailable` when the table cannot be asked. */
  isRevoked(sessionId: string): Promise<boolean>;
}

/** How long "not revoked" is believed, in milliseconds. */
const negativeMs = 5_000;
const timeoutMs = 1_000;

/**
 * Reads session markers with strongly consistent reads. A marker can only deny; it counts until its `expires_at`, which is
 * compared here because the table deletes late.
 */
export function createSessions(dynamo: Dynamo, table: string, clock: Clock): Sessions {
  const alive = new LRUCache<string, number>({ max: 50_000 });
  const revokedUntil = new LRUCache<string, number>({ max: 50_000 });
  const asked = new Map<string, Promise<boolean>>();

  async function ask(sessionId: string): Promise<boolean> {
    // The answer is as old as the question, so that is when its five seconds begin.
    const askedAt = clock.monotonic();
    const { Item: marker } = await asking(() =>
      dynamo.send(
        new GetCommand({ TableName: table, Key: { pk: `SID#${sessionId}`, sk: 'META' }, ConsistentRead: true }),
        {
          abortSignal: AbortSignal.timeout(timeoutMs),
        },
      ),
    );
    const until = Number(marker?.expires_at ?? 0) * 1000;
    if (until <= clock.now()) {
      alive.set(sessionId, askedAt);
      return false;
    }
    revokedUntil.set(sessionId, until);
    return true;
  }

  return {
    async isRevoked(sessionId) {
      if ((revokedUntil.get(sessionId) ?? 0) > clock.now()) return true;
      const seen = alive.get(sessionId);
      if (seen !== undefined && clock.monotonic() - seen < negativeMs) return false;
      const running = asked.get(sessionId) ?? ask(sessionId).finally(() => asked.delete(sessionId));
      asked.set(sessionId, running);
      return running;
    },
  };
}
