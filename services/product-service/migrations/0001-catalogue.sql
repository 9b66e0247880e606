GRANT SELECT ON schema_migrations TO product_service;

-- Ids are UUIDv7, so their order is the order of creation: "newest" needs neither a column nor an index of its own.
CREATE TABLE product(
  product_id uuid PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  title text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  price_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', sku), 'A') || setweight(to_tsvector('english', title), 'A') ||
    setweight(to_tsvector('english', category), 'B') || setweight(to_tsvector('english', description), 'C')) STORED);

CREATE INDEX product_by_price ON product(amount_minor, product_id);
CREATE INDEX product_by_category ON product(category, product_id);
CREATE INDEX product_by_category_price ON product(category, amount_minor, product_id);
CREATE INDEX product_search ON product USING gin(search);

GRANT SELECT, INSERT ON product TO product_service;
GRANT UPDATE (title, description, category, amount_minor, currency, price_version, updated_at) ON product TO product_service;
