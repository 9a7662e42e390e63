-- What names customers elsewhere: at most one of a kind. What a customer was made with, and what changed since, is told
-- with the customer.
CREATE TABLE customer_identifier_row (
  customer_id INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
  value TEXT NOT NULL,                -- as it was given
  key TEXT NOT NULL,                  -- the form in which those of a kind are compared
  PRIMARY KEY (customer_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_identifier_by_key ON customer_identifier_row (kind, key);

-- What the archive declares of a kind; no row: the library's own.
CREATE TABLE identifier_kind_row (
  kind INTEGER PRIMARY KEY CHECK (kind BETWEEN 0 AND 3),
  is_unique INTEGER NOT NULL CHECK (is_unique IN (0, 1))
) STRICT;

INSERT INTO change_kind (kind, name) VALUES (14, 'identifier.defined');

CREATE VIEW customer_identifier AS
SELECT i.customer_id, c.code AS customer_code,
       CASE i.kind WHEN 0 THEN 'uscc' WHEN 1 THEN 'tax_number' WHEN 2 THEN 'phone' ELSE 'email' END AS kind,
       i.value, i.key
FROM customer_identifier_row i
JOIN customer_row c ON c.id = i.customer_id;
