-- compatible since 1

-- The end of the log, in one row. Each batch locks it, reads it and moves it in its own transaction, so
-- positions are without gaps and become visible in their order, whichever server wrote them.
CREATE TABLE head (
    one              boolean PRIMARY KEY DEFAULT true CHECK (one),
    position         bigint NOT NULL CHECK (position >= 0),
    last_order       bigint NOT NULL CHECK (last_order >= 0),
    confirmed        bigint NOT NULL, -- moved by a server that must see a commit become durable before it believes what it reads
    schema_version   integer NOT NULL, -- how many of these scripts were run
    compatible_since integer NOT NULL  -- the least number of scripts that a server must know to run on it
);

INSERT INTO head (position, last_order, confirmed, schema_version, compatible_since) VALUES (0, 0, 0, 0, 0);

-- The log: what happened, in the order of commit, without gaps. Never changed, never removed.
CREATE TABLE log (
    position     bigint PRIMARY KEY CHECK (position > 0),
    order_id     bigint NOT NULL,
    revision     bigint NOT NULL CHECK (revision > 0),
    client       text COLLATE "C" NOT NULL,
    supplier     text COLLATE "C" NOT NULL,
    caller       text COLLATE "C", -- with the two below: the request that it came from, if it had an id
    request_id   bytea, -- its UTF-8: a text here cannot hold every character
    request_hash bytea,
    event        bytea NOT NULL, -- ordergrpc.v1.OrderEvent
    order_after  bytea NOT NULL, -- ordergrpc.v1.Order
    CHECK ((request_id IS NULL) = (caller IS NULL) AND (request_id IS NULL) = (request_hash IS NULL))
);

CREATE UNIQUE INDEX log_by_revision ON log (order_id, revision);
CREATE UNIQUE INDEX log_by_order ON log (order_id, position);
CREATE UNIQUE INDEX log_by_request ON log (caller, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX log_by_client ON log (client, position) INCLUDE (order_id);
CREATE INDEX log_by_supplier ON log (supplier, position) INCLUDE (order_id);

-- The orders as they are: what queries need, and the row of the log that holds the rest.
CREATE TABLE orders (
    id               bigint PRIMARY KEY CHECK (id > 0),
    client           text COLLATE "C" NOT NULL,
    supplier         text COLLATE "C" NOT NULL,
    state            integer NOT NULL CHECK (state BETWEEN 1 AND 11),
    client_reference text COLLATE "C" NOT NULL,
    place_time       bigint NOT NULL, -- microseconds since 1970-01-01
    update_time      bigint NOT NULL,
    position         bigint NOT NULL CHECK (position > 0)
);

CREATE INDEX orders_by_client ON orders (client, state, id);
CREATE INDEX orders_by_supplier ON orders (supplier, state, id);
-- A reference is looked up among the orders of one party: how long that takes tells nothing of what others have.
CREATE INDEX orders_by_client_reference ON orders (client, client_reference, id) WHERE client_reference <> '';
CREATE INDEX orders_by_supplier_reference ON orders (supplier, client_reference, id) WHERE client_reference <> '';

-- The documents of quotes that were sent: frozen.
CREATE TABLE quote_documents (
    order_id       bigint NOT NULL,
    quote_revision integer NOT NULL,
    document       bytea NOT NULL,
    PRIMARY KEY (order_id, quote_revision)
);

-- Which order was placed in the place of which: an order is replaced once.
CREATE TABLE replacements (
    order_id    bigint PRIMARY KEY,
    replacement bigint NOT NULL
);
