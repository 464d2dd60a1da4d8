-- compatible since 2

-- How often keys and tokens have changed, in one row. Whoever changes one moves it in the same
-- transaction, and so locks it: changes become visible in their order, and what a server has not seen
-- yet is what has a greater number.
CREATE TABLE identity (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    key_changes   bigint NOT NULL CHECK (key_changes >= 0),
    token_changes bigint NOT NULL CHECK (token_changes >= 0)
);

INSERT INTO identity (key_changes, token_changes) VALUES (0, 0);

-- The keys that sign tokens: 32 random bytes as they are, or encrypted under the secret of that name by
-- AES-256-GCM with the id as associated data: nonce, text, tag. The newest, by its number, signs.
CREATE TABLE signing_keys (
    id        text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[1-9][0-9]{0,8}-[0-9a-f]{8}$'),
    secret    bytea NOT NULL,
    sealed_by text COLLATE "C" CHECK (sealed_by ~ '^[0-9a-f]{8}$'),
    CHECK (octet_length(secret) = CASE WHEN sealed_by IS NULL THEN 32 ELSE 60 END)
);

-- The tokens that were issued: what is known of them, never the tokens themselves. Never removed.
CREATE TABLE tokens (
    id      text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
    role    text COLLATE "C" NOT NULL CHECK (role IN ('client', 'supplier')),
    name    text COLLATE "C" NOT NULL CHECK (name <> ''),
    issued  bigint NOT NULL, -- seconds since 1970-01-01, as the two below
    expires bigint CHECK (expires > issued),
    key     text COLLATE "C" NOT NULL, -- that signed it; it may be retired by now
    revoked bigint,
    change  bigint NOT NULL CHECK (change > 0)
);

CREATE INDEX tokens_by_change ON tokens (change);
