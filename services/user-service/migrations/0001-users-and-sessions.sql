CREATE TABLE users (
  user_id       uuid PRIMARY KEY,
  email         text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) <= 254),
  name          text NOT NULL,
  phone         text,
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  roles         text[] NOT NULL CHECK (roles <@ ARRAY['customer', 'admin'] AND cardinality(roles) > 0),
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  locale        text NOT NULL DEFAULT 'en-IN',
  consent_email boolean NOT NULL DEFAULT true,
  consent_sms   boolean NOT NULL DEFAULT false,
  -- Orders copies of the contact: an older one never overwrites a newer one.
  version       integer NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The record of who is signed in where. A session is one family of refresh tokens.
CREATE TABLE sessions (
  session_id          uuid PRIMARY KEY,
  user_id             uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  generation          integer NOT NULL DEFAULT 1,
  device_label        text,
  network             text,
  created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_used_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  idle_expires_at     timestamptz NOT NULL,
  absolute_expires_at timestamptz NOT NULL,
  revoked_at          timestamptz,
  revoked_reason      text,
  CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
  CHECK (idle_expires_at <= absolute_expires_at)
);
CREATE INDEX sessions_of_user ON sessions (user_id, last_used_at DESC);
CREATE INDEX sessions_by_end ON sessions (absolute_expires_at);

-- One row for each token ever issued to a session, so that a used one is recognised; only its hash is kept.
CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  generation integer NOT NULL,
  used_at    timestamptz,
  -- The next token, encrypted, for as long as a repeated request may ask for it again.
  successor  bytea,
  UNIQUE (session_id, generation)
);
CREATE INDEX refresh_tokens_with_successor ON refresh_tokens (used_at) WHERE successor IS NOT NULL;
CREATE INDEX refresh_tokens_used ON refresh_tokens (used_at) WHERE used_at IS NOT NULL;

-- What must still be written to DynamoDB. It names the subject only: the contact is read when it is delivered.
CREATE TABLE outbox (
  outbox_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('revocation', 'contact')),
  subject    uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at     timestamptz NOT NULL,
  attempts   integer NOT NULL DEFAULT 0
);
CREATE INDEX outbox_due ON outbox (due_at);
