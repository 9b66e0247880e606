-- One transaction = one call, READ COMMITTED. Lock order everywhere: reservation rows by id, then inventory rows by id.
CREATE FUNCTION inventory_hold_many(p_ids uuid[], p_hashes text[], p_ord int[], p_pids uuid[], p_qtys int[], p_ttl interval)
RETURNS TABLE(ord int, outcome text, expires timestamptz) LANGUAGE plpgsql AS $$
DECLARE n int := cardinality(p_ids); v_exp timestamptz := clock_timestamp() + p_ttl;
  hopeless int[]; fresh int[]; acc int[]; refused uuid[]; pid uuid[]; av int[]; fits boolean; r record;
BEGIN
  IF n = 0 OR n <> cardinality(p_hashes) OR cardinality(p_ord) <> cardinality(p_pids) OR cardinality(p_ord) <> cardinality(p_qtys)
     OR array_position(p_ids, NULL) > 0 OR array_position(p_hashes, NULL) > 0
     OR (p_ttl > interval '0' AND p_ttl <= interval '1 hour') IS NOT TRUE
     OR (SELECT (count(DISTINCT o) = n AND bool_and(o BETWEEN 1 AND n AND q > 0 AND p IS NOT NULL)) IS NOT TRUE
           FROM unnest(p_ord, p_pids, p_qtys) l(o, p, q))
  THEN RAISE EXCEPTION 'bad hold' USING ERRCODE = '22023'; END IF;
  -- sold out for certain: refused without a write or a lock (a known id is still answered as a replay below)
  SELECT coalesce(array_agg(l.o), '{}') INTO hopeless
    FROM unnest(p_ord, p_pids, p_qtys) l(o, p, q) LEFT JOIN inventory i ON i.product_id = l.p
    WHERE (i.on_hand - i.held >= l.q) IS NOT TRUE;
  WITH t AS MATERIALIZED (SELECT DISTINCT ON (id) id, h, o::int FROM unnest(p_ids, p_hashes) WITH ORDINALITY u(id, h, o)
           WHERE o <> ALL (hopeless) ORDER BY id, u.o),
    i AS (INSERT INTO reservation(reservation_id, request_hash, state, expires_at)
           SELECT id, h, 'held', v_exp FROM t ORDER BY id ON CONFLICT DO NOTHING RETURNING reservation_id)
  SELECT array_agg(t.o ORDER BY t.o) INTO fresh FROM i JOIN t ON t.id = i.reservation_id;
  IF fresh IS NOT NULL THEN
    SELECT array_agg(x.product_id), array_agg(x.a) INTO pid, av FROM (
      SELECT i.product_id, i.on_hand - i.held AS a FROM inventory i
       WHERE i.product_id = ANY (SELECT p FROM unnest(p_ord, p_pids) l(o, p) WHERE o = ANY (fresh))
       ORDER BY i.product_id FOR NO KEY UPDATE OF i) x;
    IF NOT EXISTS (SELECT FROM unnest(p_ord, p_pids, p_qtys) l(o, p, q) LEFT JOIN unnest(pid, av) k(p, a) USING (p)
                    WHERE o = ANY (fresh) GROUP BY p, a HAVING (sum(q) <= a) IS NOT TRUE) THEN
      acc := fresh;                                            -- all fit together
    ELSE                                                       -- arrival order, each order whole or not at all
      FOR r IN SELECT l.o, array_agg(k.i::int) AS ix, array_agg(l.q) AS q
                 FROM unnest(p_ord, p_pids, p_qtys) l(o, p, q) LEFT JOIN unnest(pid) WITH ORDINALITY k(p, i) USING (p)
                WHERE l.o = ANY (fresh) GROUP BY l.o ORDER BY l.o LOOP
        fits := true;
        FOR j IN 1 .. cardinality(r.ix) LOOP fits := fits AND coalesce(av[r.ix[j]] >= r.q[j], false); END LOOP;
        IF NOT fits THEN refused := refused || p_ids[r.o]; CONTINUE; END IF;
        FOR j IN 1 .. cardinality(r.ix) LOOP av[r.ix[j]] := av[r.ix[j]] - r.q[j]; END LOOP;
        acc := acc || r.o;
      END LOOP;
      DELETE FROM reservation WHERE reservation_id = ANY (refused);   -- our own rows: a refusal is not stored
    END IF;
    WITH l AS MATERIALIZED (SELECT p_ids[o] AS id, p, q FROM unnest(p_ord, p_pids, p_qtys) x(o, p, q) WHERE o = ANY (acc)),
      u AS (UPDATE inventory i SET held = i.held + s.q FROM (SELECT p, sum(q)::int AS q FROM l GROUP BY p) s WHERE i.product_id = s.p),
      b AS (INSERT INTO reservation_line(reservation_id, product_id, qty) SELECT id, p, q FROM l)
    INSERT INTO inventory_ledger(product_id, reservation_id, kind, qty) SELECT p, id, 'hold', q FROM l;
  END IF;
  RETURN QUERY SELECT t.o::int, CASE WHEN t.o = ANY (acc) THEN 'held' WHEN v.reservation_id IS NULL THEN 'insufficient'
      WHEN v.request_hash <> t.h THEN 'mismatch' ELSE 'replay:' || v.state END, v.expires_at   -- tombstone: null hash
    FROM unnest(p_ids, p_hashes) WITH ORDINALITY t(id, h, o) LEFT JOIN reservation v ON v.reservation_id = t.id ORDER BY t.o;
END $$;

CREATE FUNCTION inventory_hold(p_id uuid, p_hash text, p_pids uuid[], p_qtys int[], p_ttl interval)
RETURNS TABLE(outcome text, expires timestamptz) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT h.outcome, h.expires
    FROM inventory_hold_many(ARRAY[p_id], ARRAY[p_hash], array_fill(1, ARRAY[cardinality(p_pids)]), p_pids, p_qtys, p_ttl) h;
END $$;
