import postgres from 'postgres';
import { expect, test } from 'vitest';
import {
  connectAsService,
  isMigrated,
  prepareSchema,
  requiredMigration,
} from '../../services/product-service/schema.ts';
import { createDatabase } from '../harness/postgres.ts';
import { addProducts, productDatabase, uuid } from './product-database.ts';

const writes = [
  `UPDATE inventory SET held = 0`,
  `UPDATE inventory SET on_hand = on_hand + 1`,
  `INSERT INTO inventory(product_id, on_hand) SELECT product_id, 1 FROM product`,
  `DELETE FROM inventory`,
  `TRUNCATE inventory CASCADE`,
  `UPDATE reservation SET state = 'released', resolved_at = now()`,
  `INSERT INTO reservation(reservation_id, state, expires_at) VALUES (gen_random_uuid(), 'released', now())`,
  `DELETE FROM reservation_line`,
  `INSERT INTO reservation_line SELECT gen_random_uuid(), product_id, 1 FROM product`,
  `DELETE FROM inventory_ledger`,
  `UPDATE inventory_ledger SET qty = 1`,
  `DELETE FROM inventory_receipt`,
  `UPDATE product SET sku = 'mine'`,
  `UPDATE product SET product_id = gen_random_uuid()`,
  `DELETE FROM product`,
  `SELECT inventory_move(gen_random_uuid(), 'release', 'released')`,
  `DROP FUNCTION inventory_return`,
  `CREATE TABLE mine()`,
  `CREATE FUNCTION inventory_free() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  `DROP TABLE inventory CASCADE`,
  `DROP SCHEMA public CASCADE`,
  `ALTER TABLE inventory DROP CONSTRAINT inventory_check`,
];

test('the service can read stock and call the functions, and nothing else touches it', async () => {
  const { url, administrator } = await productDatabase();
  // As the local platform makes it: a database of the service's own login, which must not help.
  await administrator.unsafe(`ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO product_service`);
  await prepareSchema(url);
  const [product = ''] = await addProducts(administrator, 1, 5);
  const database = connectAsService({ url, max: 1, name: 'test' });
  const [who] = await database.sql`SELECT current_user AS role`;
  expect(who?.role).toBe('product_service');
  const order = uuid();
  await database.sql`SELECT * FROM inventory_hold(${order}, 'one', ${[product]}::uuid[], '{1}', '15 min')`;
  expect(await database.sql`SELECT on_hand, held FROM inventory`).toMatchObject([{ on_hand: 5, held: 1 }]);
  // PostgreSQL only warns of this and grants nothing, as the writes below show.
  await database.sql`GRANT UPDATE ON inventory TO product_service`;
  for (const write of writes) {
    const code = await database.sql.unsafe(write).then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );
    expect([write, code], 'insufficient_privilege').toEqual([write, '42501']);
  }
  await database.close();

  // What the check above is worth: the same login without the role may do it.
  const login = postgres(url, { max: 1 });
  expect((await login.unsafe(writes[0] ?? '')).count).toBe(1);
  await login.end();
  await administrator.end();
});

test('the owner of the tables cannot log in, and nobody else may execute the functions', async () => {
  const { administrator } = await productDatabase();
  const roles = await administrator`
    SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE 'product\\_%' ORDER BY rolname`;
  expect(roles).toMatchObject([
    { rolname: 'product_owner', rolcanlogin: false, rolsuper: false },
    { rolname: 'product_service', rolcanlogin: true, rolsuper: false },
  ]);
  const open = await administrator`
    SELECT proname FROM pg_proc JOIN LATERAL aclexplode(proacl) acl ON true
    WHERE proname LIKE 'inventory\\_%' AND acl.grantee = 0`;
  expect(open).toEqual([]);
  const unsafe = await administrator`
    SELECT proname FROM pg_proc WHERE proname LIKE 'inventory\\_%' AND proname <> 'inventory_move'
      AND NOT (prosecdef AND proconfig @> ARRAY['search_path=public, pg_temp'])`;
  expect(unsafe).toEqual([]);
  await administrator.end();
});

test('several migrations at once, of one database or of two, make one schema each', async () => {
  const [one, two] = await Promise.all([createDatabase('products'), createDatabase('products')]);
  const applied = await Promise.all([one, one, two, two, one].map((url) => prepareSchema(url)));
  expect(applied.filter((names) => names.at(-1) === requiredMigration)).toHaveLength(2);
  expect(applied.filter((names) => names.length === 0)).toHaveLength(3);
  const database = connectAsService({ url: one, max: 1, name: 'test' });
  expect(await isMigrated(database)).toBe(true);
  await database.close();
});

test('a database without migrations is known to be one', async () => {
  const url = await createDatabase('products');
  const database = connectAsService({ url, max: 1, name: 'test' });
  expect(await isMigrated(database)).toBe(false);
  await database.close();
});
