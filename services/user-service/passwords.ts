import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Unavailable } from '../kit/unavailable.ts';

/** OWASP's parameters for Argon2id: 19 MiB, two passes, one lane; `algorithm` 2 is Argon2id. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const currentPrefix = '$argon2id$v=19$m=19456,t=2,p=1$';

/** Argon2id hashing that cannot be used to starve the process. Both methods throw `Unavailable` past the queue. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time for an unknown user (`undefined`) as for a wrong password, and then answers `false`. */
  verify(storedHash: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than today's. */
  isOutdated(storedHash: string): boolean;
}

/**
 * Hashes in the libuv pool, as many at once as there are cores (each takes 19 MiB and about 25 ms of one), with a bounded queue:
 * a flood of logins gets 503 instead of the memory.
 */
export async function createPasswords(
  concurrency = availableParallelism(),
  maxQueue = concurrency * 32,
): Promise<Passwords> {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      if (waiting.length >= maxQueue) throw new Unavailable('password hashing', 'too many sign-ins are waiting');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // A waiting caller takes this place over, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  const nobody = await hash(randomBytes(32), parameters);
  return {
    hash: (password) => limited(() => hash(password, parameters)),
    async verify(storedHash, password) {
      const matches = await limited(() => verify(storedHash ?? nobody, password));
      return matches && storedHash !== undefined;
    },
    isOutdated: (storedHash) => !storedHash.startsWith(currentPrefix),
  };
}
