import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { createDatabase as connect, type Database } from '../../services/kit/postgres.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { createDatabase } from '../harness/postgres.ts';

let url: string;
let database: Database;
beforeAll(async () => {
  url = await createDatabase('kit');
  database = connect({ url, max: 3, name: 'kit test' });
  await database.sql`CREATE TABLE counter(id int PRIMARY KEY, n int NOT NULL)`;
  await database.sql`INSERT INTO counter VALUES (1, 0), (2, 0)`;
});
afterAll(() => database.close());

const postgresError = (code: string) => Object.assign(new Error('made up'), { code });

test('every session has its limits, and what the caller adds to them', async () => {
  const own = connect({
    url,
    max: 1,
    name: 'mine',
    settings: { plan_cache_mode: 'force_custom_plan', lock_timeout: '100ms' },
  });
  const names = [
    'statement_timeout',
    'idle_in_transaction_session_timeout',
    'application_name',
    'plan_cache_mode',
    'lock_timeout',
  ];
  const [row] = await own.sql.unsafe(`SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`)}`);
  expect(row).toEqual({
    statement_timeout: '2s',
    idle_in_transaction_session_timeout: '5s',
    application_name: 'mine',
    plan_cache_mode: 'force_custom_plan',
    lock_timeout: '100ms',
  });
  await own.close();
});

test('a server that does not answer at all costs a caller three seconds, not for ever', async () => {
  const started = performance.now();
  await expect(database.run(() => new Promise(() => {}))).rejects.toThrow('no answer in time');
  expect(performance.now() - started).toBeGreaterThan(2_500);
  expect(await database.run(async (sql) => (await sql`SELECT 1 AS one`)[0]?.one)).toBe(1);
});

test('conflicts between transactions are repeated twice, then the database counts as unavailable', async () => {
  for (const code of ['40001', '40P01', '55P03']) {
    let tries = 0;
    const settled = (fails: number) =>
      database.run(async () => {
        tries += 1;
        if (tries <= fails) throw postgresError(code);
        return tries;
      });
    expect(await settled(2)).toBe(3);
    tries = 0;
    await expect(settled(3)).rejects.toThrow(Unavailable);
    expect(tries).toBe(3);
  }
});

test('a real serialization failure is repeated and both increments count', async () => {
  const increment = () =>
    database.run((sql) =>
      sql.begin('ISOLATION LEVEL SERIALIZABLE', async (transaction) => {
        const [row] = await transaction<{ n: number }[]>`SELECT n FROM counter WHERE id = 1`;
        await transaction`SELECT pg_sleep(0.05)`;
        await transaction`UPDATE counter SET n = ${(row?.n ?? 0) + 1} WHERE id = 1`;
      }),
    );
  await Promise.all([increment(), increment()]);
  expect(await database.sql`SELECT n FROM counter WHERE id = 1`).toEqual([{ n: 2 }]);
});

test('a mistake in a statement or its data is a defect, not an outage', async () => {
  const mistakes = ['SELECT nonsense', 'INSERT INTO counter VALUES (1, 0)', 'SELECT 1 / 0', "SELECT 'x'::int"];
  for (const mistake of mistakes) {
    const error = await database.run((sql) => sql.unsafe(mistake)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Unavailable);
  }
});

test('a statement that runs too long means unavailable', async () => {
  await expect(database.run((sql) => sql`SELECT pg_sleep(5)`)).rejects.toThrow(/unavailable: 57014/);
});

test('a server that is not there, or does not let us in, means unavailable and soon', async () => {
  const nobody = connect({ url: `postgres://x:y@127.0.0.1:${await freePort()}/x`, max: 1, name: 'x' });
  const started = performance.now();
  await expect(nobody.run((sql) => sql`SELECT 1`)).rejects.toThrow(Unavailable);
  expect(performance.now() - started).toBeLessThan(1_000);
  await nobody.close();
});

test('past the limit of waiting statements callers are refused at once', async () => {
  const small = connect({ url, max: 1, name: 'small', inFlight: 4 });
  const settled = await Promise.allSettled(
    Array.from({ length: 7 }, () => small.run((sql) => sql`SELECT pg_sleep(0.02)`)),
  );
  expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(4);
  for (const one of settled) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Unavailable);
  expect(await small.run((sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  await small.close();
});

test('a statement under way when its connection is cut fails, and the next one on a new connection does not', async () => {
  const own = connect({ url, max: 1, name: 'to be cut' });
  const administrator = connect({ url: inject('postgresAdminUrl'), max: 1, name: 'administrator' });
  await own.run((sql) => sql`SELECT 1`);
  const running = own.run((sql) => sql`SELECT pg_sleep(1)`).catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await administrator.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to be cut'`;
  expect(await running).toBeInstanceOf(Unavailable);
  expect(await own.run((sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  await own.close();
  await administrator.close();
});
