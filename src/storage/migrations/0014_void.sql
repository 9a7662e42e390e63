-- What was imported, by number.

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

INSERT INTO change_kind (kind, name) VALUES (6, 'archive.imported');

CREATE VIEW import_log AS
SELECT i.id AS import,
       CASE i.what WHEN 0 THEN 'customers' WHEN 1 THEN 'contacts' WHEN 2 THEN 'entries' WHEN 3 THEN 'units'
         WHEN 4 THEN 'managers' WHEN 5 THEN 'relationships' ELSE 'divisions' END AS what,
       (SELECT a.at_us FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS at_us,
       (SELECT a.actor FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS actor,
       i.rows, i.created, i.updated, i.unchanged, i.failed, i.filtered,
       i.change_first AS first_seq, i.change_last AS last_seq
FROM import_row i;
