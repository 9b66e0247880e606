-- Idempotent by receipt id; the same receipt for another product, quantity or reason answers `mismatch` and adds nothing.
CREATE FUNCTION inventory_receive(p_pid uuid, p_qty int, p_receipt uuid, p_reason text, p_by text)
RETURNS TABLE(outcome text, on_hand int, held int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE r inventory_receipt; v_on_hand int; v_held int;
BEGIN
  IF NOT EXISTS (SELECT FROM product WHERE product_id = p_pid) THEN RETURN QUERY SELECT 'unknown', NULL::int, NULL::int; RETURN; END IF;
  INSERT INTO inventory_receipt(receipt_id, product_id, qty, reason, received_by, on_hand, held)
    VALUES (p_receipt, p_pid, p_qty, p_reason, p_by, 0, 0) ON CONFLICT DO NOTHING;         -- waits for the same one in flight
  IF NOT FOUND THEN
    SELECT * INTO r FROM inventory_receipt WHERE receipt_id = p_receipt;
    IF r.product_id = p_pid AND r.qty = p_qty AND r.reason = p_reason THEN RETURN QUERY SELECT 'replay', r.on_hand, r.held;
    ELSE RETURN QUERY SELECT 'mismatch', NULL::int, NULL::int; END IF;
    RETURN;
  END IF;
  INSERT INTO inventory_ledger(product_id, reservation_id, kind, qty) VALUES (p_pid, p_receipt, 'receive', p_qty);
  INSERT INTO inventory AS i (product_id, on_hand) VALUES (p_pid, p_qty)
    ON CONFLICT (product_id) DO UPDATE SET on_hand = i.on_hand + excluded.on_hand
    RETURNING i.on_hand, i.held INTO v_on_hand, v_held;
  UPDATE inventory_receipt SET on_hand = v_on_hand, held = v_held WHERE receipt_id = p_receipt;
  RETURN QUERY SELECT 'ok', v_on_hand, v_held;
END $$;
