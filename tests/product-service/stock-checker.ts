import type { Sql } from 'postgres';

/**
 * Compares stock, reservations and ledger with each other. Answers one sentence per contradiction; none = sound. It trusts no
 * function under test: the audit view is only one of its questions.
 */
export async function stockViolations(sql: Sql): Promise<readonly string[]> {
  const [audit, oversold, states, twice] = await Promise.all([
    sql`SELECT * FROM inventory_audit`,
    sql`
      SELECT product_id, received, promised FROM (
        SELECT product_id, sum(qty) AS received FROM inventory_ledger WHERE kind = 'receive' GROUP BY 1) r
      JOIN (
        SELECT product_id, sum(qty) AS promised FROM reservation_line JOIN reservation USING (reservation_id)
        WHERE state IN ('held', 'committed') GROUP BY 1) p USING (product_id)
      WHERE promised > received`,
    sql`
      SELECT reservation_id, state, kinds FROM reservation JOIN (
        SELECT reservation_id, product_id, string_agg(kind, ' ' ORDER BY id) AS kinds
        FROM inventory_ledger WHERE kind <> 'receive' GROUP BY 1, 2) l USING (reservation_id)
      WHERE kinds <> CASE state WHEN 'held' THEN 'hold' WHEN 'committed' THEN 'hold commit' WHEN 'released' THEN 'hold release'
        WHEN 'expired' THEN 'hold expire' ELSE 'hold commit return' END`,
    sql`
      SELECT reservation_id FROM reservation LEFT JOIN reservation_line USING (reservation_id)
      WHERE (product_id IS NULL) <> (request_hash IS NULL)`,
  ]);
  return [
    ...audit.map((row) => `the audit lists ${JSON.stringify(row)}`),
    ...oversold.map((row) => `product ${row.product_id}: ${row.promised} promised of ${row.received} received`),
    ...states.map((row) => `reservation ${row.reservation_id} is ${row.state} with the history "${row.kinds}"`),
    ...twice.map((row) => `reservation ${row.reservation_id} has lines without a request, or a request without lines`),
  ];
}
