import postgres from 'postgres';
import { addProducts, uuid } from './product-database.ts';

/**
 * An extension that arrives in time but has to wait while the sweep ends the hold. Answers what both were told: the sweep is
 * first in line, so the extension must not be promised anything.
 */
export async function extendWhileExpiring(
  url: string,
): Promise<{ readonly expired: string; readonly extended: string }> {
  const [sweeper, client] = [0, 1].map(() => postgres(url, { max: 1, onnotice: () => {} }));
  if (!sweeper || !client) throw new Error('no connections');
  const [product = ''] = await addProducts(sweeper, 1, 5);
  await client`SELECT 1`;
  const reservation = uuid();
  await sweeper`SELECT * FROM inventory_hold(${reservation}, 'one', ${[product]}::uuid[], '{1}', '400 ms')`;
  let extending: Promise<string> = Promise.resolve('');
  const expired = await sweeper.begin(async (transaction) => {
    await transaction`SELECT 1 FROM reservation WHERE reservation_id = ${reservation} FOR NO KEY UPDATE`;
    extending = client<{ outcome: string }[]>`
      SELECT outcome FROM inventory_extend(${reservation}, '10 min')`.then(([row]) => row?.outcome ?? '', String);
    await transaction`SELECT pg_sleep(0.5)`;
    const [row] = await transaction<
      { outcome: string }[]
    >`SELECT inventory_resolve(${reservation}, 'expired') AS outcome`;
    return row?.outcome ?? '';
  });
  const extended = await extending;
  await Promise.all([sweeper.end(), client.end()]);
  return { expired, extended };
}
