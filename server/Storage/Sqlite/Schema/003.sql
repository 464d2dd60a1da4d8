-- Which order was placed in the place of which: an order is replaced once. Those of before are read from
-- the log; of an order that was replaced twice then, the first has its place.
CREATE TABLE replacements (
    order_id    INTEGER PRIMARY KEY,
    replacement INTEGER NOT NULL
) STRICT;

INSERT OR IGNORE INTO replacements (order_id, replacement)
    SELECT replaced_order(order_after), order_id FROM log WHERE revision = 1 AND replaced_order(order_after) <> 0 ORDER BY position;
