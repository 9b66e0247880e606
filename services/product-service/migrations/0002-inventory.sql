CREATE TABLE inventory(
  product_id uuid PRIMARY KEY REFERENCES product,
  on_hand integer NOT NULL CHECK (on_hand >= 0),
  held    integer NOT NULL DEFAULT 0 CHECK (held >= 0),
  CHECK (held <= on_hand)) WITH (fillfactor = 70);

CREATE TYPE reservation_state AS ENUM ('held','committed','released','expired','returned');

CREATE TABLE reservation(
  reservation_id uuid PRIMARY KEY,
  request_hash text, state reservation_state NOT NULL,
  expires_at timestamptz NOT NULL, created_at timestamptz NOT NULL DEFAULT clock_timestamp(), resolved_at timestamptz,
  CHECK (request_hash IS NOT NULL OR state = 'released'),
  CHECK ((state = 'held') = (resolved_at IS NULL)));
CREATE INDEX reservation_due ON reservation(expires_at) WHERE state = 'held';

CREATE TABLE reservation_line(
  reservation_id uuid REFERENCES reservation, product_id uuid REFERENCES inventory,
  qty integer NOT NULL CHECK (qty > 0), PRIMARY KEY (reservation_id, product_id));

CREATE TABLE inventory_ledger(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product_id uuid NOT NULL, reservation_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('receive','hold','commit','release','expire','return')),
  qty integer NOT NULL CHECK (qty > 0), at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (reservation_id, product_id, kind));

-- Why stock came in and what it made, so that a repeated receipt is answered as it was the first time.
CREATE TABLE inventory_receipt(
  receipt_id uuid PRIMARY KEY, product_id uuid NOT NULL REFERENCES product, qty integer NOT NULL CHECK (qty > 0),
  reason text NOT NULL, received_by text NOT NULL, on_hand integer NOT NULL, held integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp());

-- No row = sound; one statement = one snapshot.
CREATE VIEW inventory_audit AS
SELECT i.product_id, i.on_hand, i.held, h.q AS lines_held, l.on_hand AS ledger_on_hand, l.held AS ledger_held
FROM inventory i
LEFT JOIN (SELECT b.product_id, sum(b.qty) q FROM reservation v JOIN reservation_line b USING (reservation_id) WHERE v.state = 'held' GROUP BY 1) h USING (product_id)
LEFT JOIN (SELECT product_id, sum(CASE kind WHEN 'receive' THEN qty WHEN 'return' THEN qty WHEN 'commit' THEN -qty ELSE 0 END) on_hand,
             sum(CASE WHEN kind = 'hold' THEN qty WHEN kind IN ('commit', 'release', 'expire') THEN -qty ELSE 0 END) held
           FROM inventory_ledger GROUP BY 1) l USING (product_id)
WHERE (i.held = coalesce(h.q, 0) AND i.held = coalesce(l.held, 0) AND i.on_hand = coalesce(l.on_hand, 0) AND i.held BETWEEN 0 AND i.on_hand) IS NOT TRUE;

GRANT SELECT ON inventory, reservation, reservation_line, inventory_ledger, inventory_receipt, inventory_audit TO product_service;
