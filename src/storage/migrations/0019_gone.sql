-- Customers who are there no more: merged into another one, or taken back with the import that made them.

-- 0: is there; 1: merged; 2: taken back. The row stays, so that ids stay dense and the history has its names; of its
-- classes, attributes and contacts there is none, and its status is `lost`.
ALTER TABLE customer_row ADD COLUMN gone INTEGER NOT NULL DEFAULT 0 CHECK (gone BETWEEN 0 AND 2);

-- Whose is what a customer had who is gone: its entries are those of `owner_id`.
CREATE TABLE customer_gone (
  customer_id INTEGER PRIMARY KEY REFERENCES customer_row (id),
  into_id INTEGER REFERENCES customer_row (id),   -- NULL: of nobody
  owner_id INTEGER REFERENCES customer_row (id),  -- into whom into_id was merged in turn, at last
  change_seq INTEGER NOT NULL                     -- the change that tells why
) STRICT;
CREATE INDEX customer_gone_by_owner ON customer_gone (owner_id);

-- The change that tells that the import was taken back; NULL: it stands.
ALTER TABLE import_row ADD COLUMN reverted_seq INTEGER;

INSERT INTO change_kind (kind, name) VALUES
  (70, 'customer.merged'),
  (71, 'customer.absorbed'),
  (72, 'customer.unmerged'),
  (73, 'customer.released'),
  (74, 'customer.withdrawn'),
  (75, 'archive.import_reverted');

DROP VIEW customer;
CREATE VIEW customer AS
SELECT c.id AS customer_id, c.code, c.name, c.short_name,
       CASE c.kind WHEN 0 THEN 'company' WHEN 1 THEN 'household' ELSE 'person' END AS kind,
       CASE coalesce(s.status, 0) WHEN 0 THEN 'prospect' WHEN 1 THEN 'existing' ELSE 'lost' END AS status,
       date(c.since_day * 86400, 'unixepoch') AS since,
       date(s.first_entry_day * 86400, 'unixepoch') AS first_entry,
       c.version
FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id
WHERE c.gone = 0;

CREATE VIEW customer_gone_log AS
SELECT g.customer_id, rtrim(c.code) AS code, c.name, CASE c.gone WHEN 1 THEN 'merged' ELSE 'withdrawn' END AS reason,
       i.code AS into_code, g.owner_id, o.code AS owner_code, g.change_seq
FROM customer_gone g
JOIN customer_row c ON c.id = g.customer_id
LEFT JOIN customer_row i ON i.id = g.into_id
LEFT JOIN customer_row o ON o.id = g.owner_id;

DROP VIEW ledger_entry;
CREATE VIEW ledger_entry AS
SELECT e.id AS entry_id, coalesce(g.owner_id, e.customer_id) AS customer_id,
       date(e.day * 86400, 'unixepoch') AS date,
       CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS kind,
       e.amount, s.code AS source, e.document, e.line,
       date(e.original_day * 86400, 'unixepoch') AS original_date,
       f.currency AS foreign_currency, f.amount AS foreign_amount, f.rate
FROM ledger_entry_row e
JOIN source s ON s.id = e.source_id
LEFT JOIN customer_gone g ON g.customer_id = e.customer_id
LEFT JOIN ledger_foreign f ON f.entry_id = e.id
WHERE NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id);

DROP VIEW grade_current;
CREATE VIEW grade_current AS
SELECT c.id AS customer_id, c.code AS customer_code, c.name AS customer_name, s.code AS scheme,
       n.name AS grade, k.name AS computed_grade, g.grade AS grade_place,
       date(coalesce(g.since_day, r.as_of_day) * 86400, 'unixepoch') AS since,
       CASE WHEN g.streak > 0 THEN 'up' WHEN g.streak < 0 THEN 'down' ELSE 'none' END AS side,
       coalesce(abs(g.streak), 0) AS streak,
       date(g.warned_day * 86400, 'unixepoch') AS warned
FROM customer_row c
JOIN scheme s ON s.subject = 'customer'
JOIN grade_row g ON g.grade_key = s.id * 1099511627776 + c.id
LEFT JOIN review r ON r.id = g.first_review
LEFT JOIN scheme_grade n ON n.scheme_id = s.id AND n.grade = g.grade
LEFT JOIN scheme_grade k ON k.scheme_id = s.id AND k.grade = coalesce(g.computed, g.grade)
WHERE c.gone = 0;

DROP VIEW import_log;
CREATE VIEW import_log AS
SELECT i.id AS import,
       CASE i.what WHEN 0 THEN 'customers' WHEN 1 THEN 'contacts' WHEN 2 THEN 'entries' WHEN 3 THEN 'units'
         WHEN 4 THEN 'managers' WHEN 5 THEN 'relationships' ELSE 'divisions' END AS what,
       (SELECT a.at_us FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS at_us,
       (SELECT a.actor FROM audit a WHERE a.change_last >= i.change_last ORDER BY a.change_last LIMIT 1) AS actor,
       i.rows, i.created, i.updated, i.unchanged, i.failed, i.filtered,
       i.change_first AS first_seq, i.change_last AS last_seq, i.reverted_seq
FROM import_row i;

-- Whose a voided entry is follows from who was merged, as that of others does.
DROP VIEW ledger_voided;
CREATE VIEW ledger_voided AS
SELECT v.entry_id, c.id AS customer_id, c.code AS customer_code, date(e.day * 86400, 'unixepoch') AS date,
       CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS kind,
       e.amount, s.code AS source, e.document, e.line, v.change_seq AS seq
FROM ledger_void v
JOIN ledger_entry_row e ON e.id = v.entry_id
JOIN source s ON s.id = e.source_id
LEFT JOIN customer_gone g ON g.customer_id = e.customer_id
JOIN customer_row c ON c.id = coalesce(g.owner_id, e.customer_id);

DROP VIEW assignment_current;
CREATE VIEW assignment_current AS
SELECT a.customer_id, c.code AS customer_code, c.name AS customer_name, m.code AS manager, m.name AS manager_name,
       'primary' AS role, date(a.from_day * 86400, 'unixepoch') AS valid_from,
       date(a.to_day * 86400, 'unixepoch') AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason, a.is_locked
FROM crmcore_primary a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
WHERE c.gone = 0
UNION ALL
SELECT a.customer_id, c.code, c.name, m.code, m.name,
       CASE a.role WHEN 1 THEN 'backup' WHEN 2 THEN 'team' ELSE 'on_site' END,
       date(a.from_day * 86400, 'unixepoch'), date(a.to_day * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason, 0
FROM assignment_side a
JOIN customer_row c ON c.id = a.customer_id
JOIN manager_row m ON m.id = a.manager_id
WHERE a.from_day <= crmcore_today() AND coalesce(a.to_day > crmcore_today(), 1);
