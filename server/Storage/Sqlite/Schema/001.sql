-- The log: what happened, in the order of commit, without gaps. Never changed, never removed.
CREATE TABLE log (
    position     INTEGER PRIMARY KEY,
    order_id     INTEGER NOT NULL,
    revision     INTEGER NOT NULL CHECK (revision > 0),
    client       TEXT NOT NULL,
    supplier     TEXT NOT NULL,
    caller       TEXT, -- with the two below: the request that it came from, if it had an id
    request_id   TEXT,
    request_hash BLOB,
    event        BLOB NOT NULL, -- ordergrpc.v1.OrderEvent
    order_after  BLOB NOT NULL, -- ordergrpc.v1.Order
    CHECK ((request_id IS NULL) = (caller IS NULL) AND (request_id IS NULL) = (request_hash IS NULL))
) STRICT;

CREATE UNIQUE INDEX log_by_order ON log (order_id, revision);
CREATE UNIQUE INDEX log_by_request ON log (caller, request_id) WHERE request_id IS NOT NULL;
-- An index ends with the rowid, so these two are in the order of the log.
CREATE INDEX log_by_client ON log (client);
CREATE INDEX log_by_supplier ON log (supplier);

-- The orders as they are: what queries need, and the row of the log that holds the rest.
CREATE TABLE orders (
    id               INTEGER PRIMARY KEY,
    client           TEXT NOT NULL,
    supplier         TEXT NOT NULL,
    state            INTEGER NOT NULL CHECK (state BETWEEN 1 AND 11),
    client_reference TEXT NOT NULL,
    place_time       INTEGER NOT NULL, -- microseconds since 1970-01-01
    update_time      INTEGER NOT NULL,
    position         INTEGER NOT NULL
) STRICT;

CREATE INDEX orders_by_client ON orders (client, state);
CREATE INDEX orders_by_supplier ON orders (supplier, state);
CREATE INDEX orders_by_reference ON orders (client_reference) WHERE client_reference <> '';

-- The documents of quotes that were sent: frozen.
CREATE TABLE quote_documents (
    order_id       INTEGER NOT NULL,
    quote_revision INTEGER NOT NULL,
    document       BLOB NOT NULL,
    PRIMARY KEY (order_id, quote_revision)
) STRICT, WITHOUT ROWID;
