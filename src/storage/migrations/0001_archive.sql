-- The archive, its classification, the ledger and the journal.
-- Ids are minted in C++ and never reused. Days are days since 1970-01-01; instants are microseconds.
-- Open ends of intervals are NULL. All intervals are half-open.

-- One row: what holds for the whole file.
CREATE TABLE archive (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  base_currency TEXT NOT NULL,
  currency_digits INTEGER NOT NULL CHECK (currency_digits BETWEEN 0 AND 6),
  created_us INTEGER NOT NULL,
  catalog_version INTEGER NOT NULL    -- grows when an axis, node or attribute changes; caches check it
) STRICT;

-- Wide and seldom written; what moves with business is in customer_standing.
CREATE TABLE customer_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL,             -- NFC form of code
  name TEXT NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
  short_name TEXT NOT NULL DEFAULT '',
  since_day INTEGER NOT NULL,
  created_seq INTEGER NOT NULL,       -- the change that made the customer
  version INTEGER NOT NULL            -- the change that last touched it
) STRICT;
CREATE UNIQUE INDEX customer_by_code ON customer_row (code_key);

-- Absent: a prospect without entries.
CREATE TABLE customer_standing (
  customer_id INTEGER PRIMARY KEY REFERENCES customer_row (id),
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
  first_entry_day INTEGER
) STRICT;

CREATE TABLE contact_row (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  contact_no INTEGER NOT NULL CHECK (contact_no > 0),
  level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 2),
  name TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  channel INTEGER NOT NULL DEFAULT 0 CHECK (channel BETWEEN 0 AND 4),
  do_not_contact INTEGER NOT NULL DEFAULT 0 CHECK (do_not_contact IN (0, 1)),
  PRIMARY KEY (customer_id, contact_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 5),
  minimum INTEGER,
  maximum INTEGER
) STRICT;

CREATE TABLE customer_attribute_row (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  attribute_id INTEGER NOT NULL REFERENCES attribute_row (id),
  number INTEGER,                     -- integer, money, decimal (scaled), boolean, date
  text TEXT,
  observed_day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, attribute_id),
  CHECK ((number IS NULL) <> (text IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE axis_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  kind_version INTEGER NOT NULL,
  slot INTEGER NOT NULL UNIQUE CHECK (slot BETWEEN 1 AND 12),
  is_required INTEGER NOT NULL CHECK (is_required IN (0, 1)),
  definition TEXT NOT NULL            -- JSON, as the kind of axis understands it
) STRICT;

CREATE TABLE node_row (
  id INTEGER PRIMARY KEY,
  axis_id INTEGER NOT NULL REFERENCES axis_row (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES node_row (id),
  rank INTEGER NOT NULL,
  from_day INTEGER,
  to_day INTEGER,
  UNIQUE (axis_id, code)
) STRICT;

CREATE TABLE node_alias (
  axis_id INTEGER NOT NULL REFERENCES axis_row (id),
  alias_fold TEXT NOT NULL,
  alias TEXT NOT NULL,
  node_id INTEGER NOT NULL REFERENCES node_row (id),
  PRIMARY KEY (axis_id, alias_fold)
) STRICT, WITHOUT ROWID;

-- The class a customer has now, a column per axis (axis.slot); 0 is the explicit `unknown`.
CREATE TABLE customer_class_row (
  customer_id INTEGER PRIMARY KEY REFERENCES customer_row (id),
  class_1 INTEGER NOT NULL DEFAULT 0,
  class_2 INTEGER NOT NULL DEFAULT 0,
  class_3 INTEGER NOT NULL DEFAULT 0,
  class_4 INTEGER NOT NULL DEFAULT 0,
  class_5 INTEGER NOT NULL DEFAULT 0,
  class_6 INTEGER NOT NULL DEFAULT 0,
  class_7 INTEGER NOT NULL DEFAULT 0,
  class_8 INTEGER NOT NULL DEFAULT 0,
  class_9 INTEGER NOT NULL DEFAULT 0,
  class_10 INTEGER NOT NULL DEFAULT 0,
  class_11 INTEGER NOT NULL DEFAULT 0,
  class_12 INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The classes a customer had before. The present one begins where the last of these ends, or with the
-- customer, so that the intervals have neither gap nor overlap by construction.
CREATE TABLE class_past (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  axis_id INTEGER NOT NULL REFERENCES axis_row (id),
  to_day INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  node_id INTEGER NOT NULL,
  PRIMARY KEY (customer_id, axis_id, to_day),
  CHECK (from_day < to_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE
) STRICT;

-- The ledger: the truth, in posting order. No index by customer (it costs 11 times the CPU while
-- ingesting, performance.md) and no foreign key: ids are dense and never deleted, the engine checks.
CREATE TABLE ledger_entry_row (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
  amount INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  document TEXT NOT NULL,
  line INTEGER NOT NULL,
  original_day INTEGER                -- of a reversal: the day of what it reverses
) STRICT;
CREATE UNIQUE INDEX ledger_entry_by_key ON ledger_entry_row (source_id, document, line);

-- What an entry was in its own currency, where that is not the base currency.
CREATE TABLE ledger_foreign (
  entry_id INTEGER PRIMARY KEY REFERENCES ledger_entry_row (id),
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL,
  rate TEXT NOT NULL                  -- decimal, base units per foreign unit
) STRICT;

CREATE TABLE ledger_batch (
  source_id INTEGER NOT NULL REFERENCES source (id),
  batch TEXT NOT NULL,
  digest BLOB NOT NULL,
  entry_first INTEGER NOT NULL,
  entry_count INTEGER NOT NULL,
  already_count INTEGER NOT NULL,
  PRIMARY KEY (source_id, batch)
) STRICT, WITHOUT ROWID;

-- Totals per customer and day, packed per month and block of 1,024 customers: derived from ledger_entry,
-- kept in its transactions, checked and rebuilt by verify. key = block * 2^17 + month index.
CREATE TABLE ledger_block (
  block_month INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

-- The open segment: totals of small postings that are not packed yet.
CREATE TABLE ledger_open (
  customer_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  revenue INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  reversal_own INTEGER NOT NULL,
  reversal_original INTEGER NOT NULL,
  activity_cost INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  PRIMARY KEY (customer_id, day)
) STRICT, WITHOUT ROWID;

-- Names of the kinds of change, as engine/core/journal.hpp has them; a test compares.
CREATE TABLE change_kind (
  kind INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO change_kind (kind, name) VALUES
  (1, 'customer.created'),
  (2, 'customer.updated'),
  (3, 'customer.became_existing'),
  (4, 'customer.lost'),
  (5, 'customer.regained'),
  (10, 'attribute.defined'),
  (11, 'axis.defined'),
  (12, 'axis.nodes_put'),
  (20, 'ledger.posted'),
  (21, 'ledger.totals_rebuilt'),
  (30, 'grading.scheme_put'),
  (31, 'grading.reviewed'),
  (32, 'grade.promoted'),
  (33, 'grade.demoted'),
  (34, 'grade.warned'),
  (35, 'grade.blocked'),
  (36, 'grade.unblocked'),
  (37, 'grade.override_put'),
  (38, 'grade.override_lifted'),
  (39, 'customer.blacklisted'),
  (40, 'customer.unblacklisted'),
  (41, 'grade.override_decided'),
  (42, 'grade.triggered'),
  (43, 'grade.left'),
  (50, 'manager.put'),
  (51, 'assignment.policy_put'),
  (52, 'assignment.applied'),
  (53, 'customer.assigned'),
  (54, 'customer.unassigned'),
  (55, 'manager.over_span'),
  (56, 'unit.put'),
  (57, 'manager.status_set'),
  (58, 'customer.tie_put'),
  (59, 'assignment.locked'),
  (60, 'manager.received');

-- The journal and the change sequence: gap-free, in the transaction of what it tells.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  customer_id INTEGER,                -- whom it concerns, if it is about one customer
  body TEXT NOT NULL                  -- JSON
) STRICT;
-- A customer's creation is found by its row; all that follows by this index.
CREATE INDEX change_by_customer ON change (customer_id, seq) WHERE customer_id IS NOT NULL AND kind <> 1;

-- The chain over journal and ledger: who, when, up to which row, and SHA-256 of it all with the digest
-- before. Long transactions are cut into several links.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  change_last INTEGER NOT NULL,
  entry_last INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_change ON audit (change_last);

-- The public views: the query language of the library (docs/sql-views.md). Amounts are minor units of the
-- base currency, dates are days since 1970-01-01 with an ISO text beside them.

CREATE VIEW customer AS
SELECT c.id AS customer_id, c.code, c.name, c.short_name,
       CASE c.kind WHEN 0 THEN 'company' WHEN 1 THEN 'household' ELSE 'person' END AS kind,
       CASE coalesce(s.status, 0) WHEN 0 THEN 'prospect' WHEN 1 THEN 'existing' ELSE 'lost' END AS status,
       date(c.since_day * 86400, 'unixepoch') AS since,
       date(s.first_entry_day * 86400, 'unixepoch') AS first_entry,
       c.version
FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id;

CREATE VIEW contact AS
SELECT t.customer_id, c.code AS customer_code, t.contact_no,
       CASE t.level WHEN 0 THEN 'shareholder' WHEN 1 THEN 'executive' ELSE 'operational' END AS level,
       t.name, t.title, t.phone, t.email,
       CASE t.channel WHEN 0 THEN 'unspecified' WHEN 1 THEN 'phone' WHEN 2 THEN 'email' WHEN 3 THEN 'message'
         ELSE 'visit' END AS channel,
       t.do_not_contact
FROM contact_row t JOIN customer_row c ON c.id = t.customer_id;

-- `number` is in the attribute's stored unit: minor units, millionths, days, 0 or 1.
CREATE VIEW customer_attribute AS
SELECT v.customer_id, c.code AS customer_code, a.code AS attribute, a.name AS attribute_name, v.number, v.text,
       date(v.observed_day * 86400, 'unixepoch') AS observed
FROM customer_attribute_row v
JOIN attribute_row a ON a.id = v.attribute_id
JOIN customer_row c ON c.id = v.customer_id;

CREATE VIEW axis AS
SELECT id AS axis_id, code, name, kind, is_required FROM axis_row;

CREATE VIEW node AS
SELECT n.id AS node_id, a.code AS axis, n.code, n.name, p.code AS parent,
       date(n.from_day * 86400, 'unixepoch') AS valid_from, date(n.to_day * 86400, 'unixepoch') AS valid_to
FROM node_row n JOIN axis_row a ON a.id = n.axis_id LEFT JOIN node_row p ON p.id = n.parent_id;

-- A row per customer and axis; `node` is NULL for the explicit unknown.
CREATE VIEW customer_class AS
SELECT k.customer_id, c.code AS customer_code, a.code AS axis, n.code AS node, n.name AS node_name
FROM customer_class_row k
JOIN customer_row c ON c.id = k.customer_id
CROSS JOIN axis_row a
LEFT JOIN node_row n ON n.id = CASE a.slot
  WHEN 1 THEN k.class_1 WHEN 2 THEN k.class_2 WHEN 3 THEN k.class_3 WHEN 4 THEN k.class_4
  WHEN 5 THEN k.class_5 WHEN 6 THEN k.class_6 WHEN 7 THEN k.class_7 WHEN 8 THEN k.class_8
  WHEN 9 THEN k.class_9 WHEN 10 THEN k.class_10 WHEN 11 THEN k.class_11 ELSE k.class_12 END;

-- Classes that ended, half-open.
CREATE VIEW customer_class_past AS
SELECT p.customer_id, c.code AS customer_code, a.code AS axis, n.code AS node, n.name AS node_name,
       date(p.from_day * 86400, 'unixepoch') AS valid_from, date(p.to_day * 86400, 'unixepoch') AS valid_to
FROM class_past p
JOIN customer_row c ON c.id = p.customer_id
JOIN axis_row a ON a.id = p.axis_id
LEFT JOIN node_row n ON n.id = p.node_id;

CREATE VIEW ledger_entry AS
SELECT e.id AS entry_id, e.customer_id, date(e.day * 86400, 'unixepoch') AS date,
       CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS kind,
       e.amount, s.code AS source, e.document, e.line,
       date(e.original_day * 86400, 'unixepoch') AS original_date,
       f.currency AS foreign_currency, f.amount AS foreign_amount, f.rate
FROM ledger_entry_row e
JOIN source s ON s.id = e.source_id
LEFT JOIN ledger_foreign f ON f.entry_id = e.id;

-- Read from packed blocks by the library; a bare SQLite shell has no such module. month is YYYYMM.
CREATE VIEW ledger_month AS
SELECT customer_id, month, revenue, cost, reversal_own, reversal_original, activity_cost, orders, entries
FROM crmcore_ledger_month;

CREATE VIEW change_log AS
SELECT h.seq, k.name AS kind, h.customer_id, h.body,
       (SELECT a.at_us FROM audit a WHERE a.change_last >= h.seq ORDER BY a.change_last LIMIT 1) AS at_us,
       (SELECT a.actor FROM audit a WHERE a.change_last >= h.seq ORDER BY a.change_last LIMIT 1) AS actor
FROM change h JOIN change_kind k ON k.kind = h.kind;
