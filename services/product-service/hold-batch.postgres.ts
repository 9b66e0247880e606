import type { Database } from '../kit/postgres.ts';
import { type Hold, type HoldAnswer, type HoldOutcome, linesDigest } from './reservation.ts';

type Settled = { readonly answer: HoldAnswer } | { readonly error: unknown };
type Row = { readonly outcome: HoldOutcome; readonly expires: Date | null };

/**
 * Holds of many orders in as few calls as their lifetimes allow. A batch that breaks a rule of the data is run again order by
 * order, so that one bad order fails alone. Answers in order; throws when nothing was decided.
 */
export async function holdBatch(lane: Database, holds: readonly Hold[]): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const ttlSeconds of new Set(holds.map((hold) => hold.ttlSeconds))) {
    const indexes = holds.flatMap((hold, index) => (hold.ttlSeconds === ttlSeconds ? [index] : []));
    const group = indexes.flatMap((index) => holds[index] ?? []);
    const answers = await holdOrSplit(lane, group, ttlSeconds);
    answers.forEach((answer, nth) => {
      settled[indexes[nth] ?? 0] = answer;
    });
  }
  return settled;
}

async function holdOrSplit(lane: Database, group: readonly Hold[], ttlSeconds: number): Promise<readonly Settled[]> {
  try {
    return (await repeatingLostCalls(() => holdMany(lane, group, ttlSeconds))).map((answer) => ({ answer }));
  } catch (error) {
    if (!isBadData(error)) throw error;
    if (group.length === 1) return [{ error }];
    const answers: Settled[] = [];
    for (const one of group) answers.push(...(await holdOrSplit(lane, [one], ttlSeconds)));
    return answers;
  }
}

async function holdMany(lane: Database, group: readonly Hold[], ttlSeconds: number): Promise<readonly HoldAnswer[]> {
  const lines = group.flatMap((hold, index) => hold.lines.map((line) => ({ order: index + 1, ...line })));
  const rows = await lane.run(
    (sql) => sql<Row[]>`
      SELECT outcome, expires FROM inventory_hold_many(
        ${group.map((hold) => hold.reservation)}::uuid[], ${group.map((hold) => linesDigest(hold.lines))}::text[],
        ${lines.map((line) => line.order)}::int[], ${lines.map((line) => line.product)}::uuid[],
        ${lines.map((line) => line.quantity)}::int[], make_interval(secs => ${ttlSeconds})) ORDER BY ord`,
  );
  return rows.map(({ outcome, expires }) => ({ outcome, expiresAt: expires }));
}

/** A call whose connection broke may have been done: the order's id makes asking again safe. */
async function repeatingLostCalls<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!/^(CONNECTION_(CLOSED|DESTROYED)|ECONNRESET|EPIPE)$/.test(causeCode(error))) throw error;
    return call();
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
const causeCode = (error: unknown): string => (error instanceof Error ? codeOf(error.cause) : '');
const isBadData = (error: unknown): boolean => /^(22|23)/.test(codeOf(error));
