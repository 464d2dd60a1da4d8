-- compatible since 2

-- The orders whose links were revoked: one that was made up to then, in seconds since 1970-01-01, is
-- refused. Links themselves are kept nowhere; a server that does not know this table takes none. Whoever
-- changes it moves token_changes.
CREATE TABLE revoked_links (
    order_id bigint PRIMARY KEY CHECK (order_id > 0),
    revoked  bigint NOT NULL
);
