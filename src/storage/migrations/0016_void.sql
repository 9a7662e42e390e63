-- What was posted or imported wrongly, and is taken back.

-- Entries that do not count any more. Their rows stay in ledger_entry_row: the journal's digests are over them, and
-- their keys are taken for good. Totals, the index of entries and the views are without them.
CREATE TABLE ledger_void (
  entry_id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL,       -- the entry's
  change_seq INTEGER NOT NULL         -- the change that tells why
) STRICT;
CREATE INDEX ledger_void_by_customer ON ledger_void (customer_id, entry_id);

-- Imports that changed something, by number from 1. What one did is what the journal tells from change_first to its
-- own change, change_last; its entries, if it is of entries, are those from entry_first to entry_last.
CREATE TABLE import_row (
  id INTEGER PRIMARY KEY,
  what INTEGER NOT NULL CHECK (what BETWEEN 0 AND 6),
  change_first INTEGER NOT NULL,
  change_last INTEGER NOT NULL,
  entry_first INTEGER NOT NULL,
  entry_last INTEGER NOT NULL,        -- before entry_first: it has none
  rows INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  filtered INTEGER NOT NULL
) STRICT;

INSERT INTO change_kind (kind, name) VALUES (6, 'archive.imported'), (23, 'ledger.voided');

DROP VIEW ledger_entry;
CREATE VIEW ledger_entry AS
SELECT e.id AS entry_id, e.customer_id, date(e.day * 86400, 'unixepoch') AS date,
       CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS kind,
       e.amount, s.code AS source, e.document, e.line,
       date(e.original_day * 86400, 'unixepoch') AS original_date,
       f.currency AS foreign_currency, f.amount AS foreign_amount, f.rate
FROM ledger_entry_row e
JOIN source s ON s.id = e.source_id
LEFT JOIN ledger_foreign f ON f.entry_id = e.id
WHERE NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id);

CREATE VIEW ledger_voided AS
SELECT v.entry_id, v.customer_id, c.code AS customer_code, date(e.day * 86400, 'unixepoch') AS date,
       CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS kind,
       e.amount, s.code AS source, e.document, e.line, v.change_seq AS seq
FROM ledger_void v
JOIN ledger_entry_row e ON e.id = v.entry_id
JOIN source s ON s.id = e.source_id
JOIN customer_row c ON c.id = v.customer_id;

CREATE VIEW import_log AS
SELECT i.id AS import,
       CASE i.what WHEN 0 THEN 'customers' WHEN 1 THEN 'contacts' WHEN 2 THEN 'entries' WHEN 3 THEN 'units'
         WHEN 4 THEN 'managers' WHEN 5 THEN 'relationships' ELSE 'divisions' END AS what,
       (SELECT a.at_us FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS at_us,
       (SELECT a.actor FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS actor,
       i.rows, i.created, i.updated, i.unchanged, i.failed, i.filtered,
       i.change_first AS first_seq, i.change_last AS last_seq
FROM import_row i;
