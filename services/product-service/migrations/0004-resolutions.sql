-- One transaction = one call, READ COMMITTED. Lock order as in 0003-holds.sql.
CREATE FUNCTION inventory_resolve(p_id uuid, p_to reservation_state) RETURNS text LANGUAGE plpgsql AS $$
DECLARE s reservation_state; due boolean;
BEGIN
  IF (p_to IN ('committed', 'released', 'expired')) IS NOT TRUE THEN RAISE EXCEPTION 'bad target %', p_to USING ERRCODE = '22023'; END IF;
  LOOP
    SELECT state, expires_at <= clock_timestamp() INTO s, due FROM reservation WHERE reservation_id = p_id FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    IF p_to <> 'released' THEN RETURN 'unknown'; END IF;
    INSERT INTO reservation(reservation_id, state, expires_at, resolved_at)             -- waits for a hold in flight
      VALUES (p_id, 'released', clock_timestamp(), clock_timestamp()) ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN 'tombstone'; END IF;
  END LOOP;
  IF s = p_to THEN RETURN 'replay'; ELSIF s <> 'held' THEN RETURN 'conflict:' || s;
  ELSIF p_to = 'expired' AND NOT due THEN RETURN 'not_due'; END IF;
  PERFORM inventory_move(p_id, CASE p_to WHEN 'committed' THEN 'commit' WHEN 'released' THEN 'release' ELSE 'expire' END, p_to);
  RETURN 'ok';
END $$;

CREATE FUNCTION inventory_return(p_id uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE s reservation_state;
BEGIN
  SELECT state INTO s FROM reservation WHERE reservation_id = p_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 'unknown'; ELSIF s = 'returned' THEN RETURN 'replay'; ELSIF s <> 'committed' THEN RETURN 'conflict:' || s; END IF;
  PERFORM inventory_move(p_id, 'return', 'returned');
  RETURN 'ok';
END $$;

CREATE FUNCTION inventory_move(p_id uuid, p_kind text, p_to reservation_state) RETURNS void LANGUAGE plpgsql AS $$
BEGIN                                                          -- private: the caller holds the reservation row
  PERFORM 1 FROM inventory i WHERE i.product_id IN (SELECT product_id FROM reservation_line WHERE reservation_id = p_id)
    ORDER BY i.product_id FOR NO KEY UPDATE OF i;
  UPDATE inventory i SET held = i.held - CASE p_kind WHEN 'return' THEN 0 ELSE l.qty END,
      on_hand = i.on_hand + CASE p_kind WHEN 'commit' THEN -l.qty WHEN 'return' THEN l.qty ELSE 0 END
    FROM reservation_line l WHERE l.reservation_id = p_id AND i.product_id = l.product_id;
  INSERT INTO inventory_ledger(product_id, reservation_id, kind, qty)
    SELECT product_id, p_id, p_kind, qty FROM reservation_line WHERE reservation_id = p_id;
  UPDATE reservation SET state = p_to, resolved_at = clock_timestamp() WHERE reservation_id = p_id;
END $$;

CREATE FUNCTION inventory_extend(p_id uuid, p_for interval) RETURNS TABLE(outcome text, expires timestamptz) LANGUAGE plpgsql AS $$
DECLARE r reservation; t timestamptz;
BEGIN
  IF (p_for > interval '0') IS NOT TRUE THEN RAISE EXCEPTION 'bad extension' USING ERRCODE = '22023'; END IF;
  SELECT * INTO r FROM reservation WHERE reservation_id = p_id FOR NO KEY UPDATE;
  t := clock_timestamp();                                      -- after the lock
  IF r.reservation_id IS NULL THEN RETURN QUERY SELECT 'unknown', NULL::timestamptz;
  ELSIF r.state <> 'held' THEN RETURN QUERY SELECT 'conflict:' || r.state, r.expires_at;
  ELSIF r.expires_at <= t THEN RETURN QUERY SELECT 'due', r.expires_at;
  ELSIF t + p_for > r.created_at + interval '1 hour' THEN RETURN QUERY SELECT 'limit', r.expires_at;
  ELSE
    RETURN QUERY UPDATE reservation v SET expires_at = greatest(v.expires_at, t + p_for) WHERE v.reservation_id = p_id RETURNING 'ok', v.expires_at;
  END IF;
END $$;

CREATE FUNCTION inventory_due(p_limit int) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT reservation_id FROM reservation WHERE state = 'held' AND expires_at <= statement_timestamp() ORDER BY expires_at LIMIT p_limit
$$;
