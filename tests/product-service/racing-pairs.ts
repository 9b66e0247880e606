import type { Sql } from 'postgres';
import { addProducts, uuid } from './product-database.ts';

export const pairKinds = ['commit‖commit', 'commit‖release', 'commit‖expire', 'release‖expire', 'hold‖hold'] as const;
export type PairKind = (typeof pairKinds)[number];

const targets = { commit: 'committed', release: 'released', expire: 'expired' } as const;

/**
 * Races two ends of the same reservation from two connections, `pairs` times, `connections.length / 2` pairs at once. Answers one
 * sentence for each pair in which not exactly one side took effect.
 */
export async function racePairs(connections: readonly Sql[], pairs: number): Promise<readonly string[]> {
  const [first] = connections;
  if (!first) throw new Error('no connections');
  const products = await addProducts(first, 4, pairs * 2);
  const violations: string[] = [];
  let next = 0;
  const lanes = Array.from({ length: Math.floor(connections.length / 2) }, async (_, lane) => {
    const [a, b] = [connections[2 * lane], connections[2 * lane + 1]];
    while (a && b && next < pairs) {
      const nth = next++;
      const kind = pairKinds[nth % pairKinds.length] ?? 'hold‖hold';
      const product = products[nth % products.length] ?? '';
      const outcomes = await (kind === 'hold‖hold' ? raceHolds(a, b, product) : raceEnds(a, b, product, kind));
      const effects = outcomes.filter((outcome) => outcome === 'ok' || outcome === 'held').length;
      const known = outcomes.every((outcome) => /^(ok|held|replay|replay:held|conflict:[a-z]+)$/.test(outcome));
      if (effects !== 1 || !known) violations.push(`${kind}: ${outcomes.join(' and ')}`);
    }
  });
  await Promise.all(lanes);
  return violations;
}

const hold = (sql: Sql, reservation: string, product: string, ttl: string) =>
  sql<{ outcome: string }[]>`
    SELECT outcome FROM inventory_hold(${reservation}, 'same', ${[product]}::uuid[], '{1}', ${ttl}::interval)`;

async function raceHolds(a: Sql, b: Sql, product: string): Promise<readonly string[]> {
  const reservation = uuid();
  return Promise.all(
    [a, b].map((sql) => hold(sql, reservation, product, '15 min').then(([row]) => row?.outcome ?? '', String)),
  );
}

async function raceEnds(a: Sql, b: Sql, product: string, kind: string): Promise<readonly string[]> {
  const reservation = uuid();
  await hold(a, reservation, product, '1 microsecond');
  const [left, right] = kind.split('‖') as [keyof typeof targets, keyof typeof targets];
  return Promise.all(
    (
      [
        [a, left],
        [b, right],
      ] as const
    ).map(([sql, end]) =>
      sql<{ outcome: string }[]>`SELECT inventory_resolve(${reservation}, ${targets[end]}) AS outcome`.then(
        ([row]) => row?.outcome ?? '',
        String,
      ),
    ),
  );
}
