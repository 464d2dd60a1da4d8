-- A reference is looked up among the orders of one party: how long that takes tells nothing of what others have.
DROP INDEX orders_by_reference;
CREATE INDEX orders_by_client_reference ON orders (client, client_reference) WHERE client_reference <> '';
CREATE INDEX orders_by_supplier_reference ON orders (supplier, client_reference) WHERE client_reference <> '';
