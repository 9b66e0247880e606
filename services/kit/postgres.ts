import postgres, { type Sql } from 'postgres';
import { sleep } from './backoff.ts';
import { type DatabaseLogin, driverLogin } from './database-login.ts';
import { Unavailable } from './unavailable.ts';

export type Database = {
  readonly sql: Sql;
  /**
   * Runs one statement or transaction: serialization failures, deadlocks and lock timeouts are repeated twice; a database that
   * cannot be asked, and a full queue, throw `Unavailable`. `work` must be safe to repeat.
   */
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls that run or wait now, and how many may. */
  load(): { readonly inFlight: number; readonly limit: number };
  close(): Promise<void>;
};

/**
 * What certainly was not done. The driver (postgres 3.4.9) answers a statement that a server's goodbye cut off with
 * CONNECTION_CLOSED, and blames the goodbye (57P01, 57P02) once more on the first statement of the next connection.
 */
const repeatable = new Set(['40001', '40P01', '55P03', '57P01', '57P02']);

/** Connection failures of the driver, and the server's own "not now": starting, full, out of disk, a token that it does not take. */
function cannotBeAsked(code: unknown): boolean {
  if (typeof code !== 'string') return false;
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|CONNECT|CONNECTION_)/.test(code) ||
    /^(08|28|53|57|58)/.test(code) ||
    code === '25006' ||
    code === '25P03'
  );
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

export type DatabaseOptions = DatabaseLogin & {
  readonly url: string;
  readonly max: number;
  readonly name: string;
  /** Settings of every session beside the limits below; `role` decides what its statements may do. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many calls may run or wait at once; default three times `max`. Higher for short reads that are pipelined. */
  readonly inFlight?: number;
};

/** How long a caller waits in all, repeats and the queue included, in milliseconds. */
const patienceMs = 3_000;

/** A pool of at most `max` connections; statements are limited to 2 s and waits for locks to 500 ms. */
export function createDatabase(options: DatabaseOptions): Database {
  const inFlight = options.inFlight ?? options.max * 3;
  const sql = postgres(options.url, {
    ...driverLogin(options.url, options),
    max: options.max,
    idle_timeout: 60,
    max_lifetime: 1800,
    backoff: () => 0.1,
    onnotice: () => {},
    connection: {
      application_name: options.name,
      statement_timeout: 2_000,
      lock_timeout: 500,
      idle_in_transaction_session_timeout: 5_000,
      ...options.settings,
    },
  });
  let running = 0;

  async function attempt<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await work(sql);
      } catch (error) {
        const code = codeOf(error);
        if (typeof code === 'string' && repeatable.has(code)) {
          if (tries < 2) continue;
          throw new Unavailable('postgresql', `not done three times (${code})`, {}, error);
        }
        if (cannotBeAsked(code)) throw new Unavailable('postgresql', String(code), {}, error);
        throw error;
      }
    }
  }

  return {
    sql,
    async run(work) {
      if (running >= inFlight) throw new Unavailable('postgresql', 'too many statements are waiting');
      running += 1;
      // A frozen server never sends its own statement_timeout: whoever asks must not wait for it.
      const patience = new AbortController();
      const silent = sleep(patienceMs, patience.signal).then(() => {
        throw new Unavailable('postgresql', 'no answer in time');
      });
      try {
        return await Promise.race([attempt(work), silent]);
      } finally {
        running -= 1;
        silent.catch(() => {});
        patience.abort();
      }
    },
    load: () => ({ inFlight: running, limit: inFlight }),
    close: () => sql.end({ timeout: 5 }),
  };
}
