import postgres from 'postgres';
import { createInventoryStore } from '../../services/product-service/inventory-store.postgres.ts';
import { openPools } from '../../services/product-service/pools.ts';
import { addProducts, closeAll, uuid, warmConnections } from './product-database.ts';
import { stockViolations } from './stock-checker.ts';

/** Buyers want one unit each of a product with `units`; how many got it, and what is wrong. */
export type SellOut = { readonly held: number; readonly refused: number; readonly violations: readonly string[] };

const judge = async (url: string, units: number, outcomes: readonly string[]): Promise<SellOut> => {
  const sql = postgres(url, { max: 1 });
  const held = outcomes.filter((outcome) => outcome === 'held').length;
  const refused = outcomes.filter((outcome) => outcome === 'insufficient').length;
  const violations = [...(await stockViolations(sql))];
  const expected = Math.min(units, outcomes.length);
  if (held !== expected) violations.push(`${held} buyers were told that they hold stock; ${expected} can`);
  if (held + refused !== outcomes.length)
    violations.push(
      `other answers: ${[...new Set(outcomes)].filter((one) => one !== 'held' && one !== 'insufficient')}`,
    );
  await sql.end();
  return { held, refused, violations };
};

/** One call per buyer, over as many connections at once: what many replicas without coalescing would do. */
export async function sellOutBySingleCalls(
  url: string,
  buyers: number,
  units: number,
  connections: number,
): Promise<SellOut> {
  const sessions = await warmConnections(url, connections);
  const administrator = postgres(url, { max: 1 });
  const [product = ''] = await addProducts(administrator, 1, units);
  await administrator.end();
  const outcomes = await Promise.all(
    Array.from({ length: buyers }, async (_, buyer) => {
      const sql = sessions[buyer % connections];
      if (!sql) return 'no connection';
      const call = sql<{ outcome: string }[]>`
        SELECT outcome FROM inventory_hold(${uuid()}, ${`buyer ${buyer}`}, ${[product]}::uuid[], '{1}', '15 min')`;
      return call.then(([row]) => row?.outcome ?? 'no answer', String);
    }),
  );
  await closeAll(sessions);
  return judge(url, units, outcomes);
}

/** Through the store as replicas use it: coalesced, several replicas at once. */
export async function sellOutByReplicas(
  url: string,
  buyers: number,
  units: number,
  replicas: number,
): Promise<SellOut> {
  const administrator = postgres(url, { max: 1 });
  const [product = ''] = await addProducts(administrator, 1, units);
  const [other = ''] = await addProducts(administrator, 1, replicas);
  await administrator.end();
  const pools = Array.from({ length: replicas }, () => openPools(url));
  const stores = pools.map(createInventoryStore);
  const want = (of: string) => ({ reservation: uuid(), lines: [{ product: of, quantity: 1 }], ttlSeconds: 900 });
  await Promise.all(stores.map((store) => store.hold(want(other))));
  const outcomes = await Promise.all(
    Array.from({ length: buyers }, async (_, buyer) => {
      const store = stores[buyer % replicas];
      return store ? store.hold(want(product)).then(({ outcome }) => outcome, String) : 'no store';
    }),
  );
  await Promise.all(pools.map((pool) => pool.close()));
  return judge(url, units, outcomes);
}
