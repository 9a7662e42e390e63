-- The journal with salted leaves in trees, and customers without what can be derived.
-- tests/storage/migrations_test.cpp opens a file of 0003 and sees the same archive afterwards.

DROP VIEW change_log;

-- A run of new customers is one row: their contents are in the customers' own rows, and what they were at
-- first is what they are without the changes since. `seq` is the last of the run, `subject` its first customer.
CREATE TABLE moved AS SELECT * FROM change;
DROP TABLE change;
CREATE TABLE change (
  seq INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL CHECK (subject_kind BETWEEN 0 AND 3),  -- nobody, customer, manager, unit
  subject INTEGER NOT NULL,           -- whom it concerns; 0: nobody
  previous INTEGER NOT NULL,          -- the change before of the same subject; 0: there is none
  count INTEGER NOT NULL CHECK (count > 0),
  body TEXT                           -- JSON; NULL: of new customers, see above
) STRICT;

-- Runs end where a link of the chain ends.
INSERT INTO change (seq, kind, subject_kind, subject, previous, count, body)
SELECT max(m.seq), 1, 1, min(m.customer_id), 0, count(*), NULL
FROM moved m
WHERE m.kind = 1
GROUP BY m.seq - m.customer_id, (SELECT min(a.change_last) FROM audit a WHERE a.change_last >= m.seq);

INSERT INTO change (seq, kind, subject_kind, subject, previous, count, body)
SELECT seq, kind, 0, 0, 0, 1, body FROM moved WHERE customer_id IS NULL
UNION ALL
SELECT seq, kind, 1, customer_id, previous, 1, body
FROM (SELECT seq, kind, customer_id, body,
             coalesce(lag(seq) OVER (PARTITION BY customer_id ORDER BY seq), 0) AS previous
      FROM moved WHERE customer_id IS NOT NULL) AS of_customer
WHERE kind <> 1;
DROP TABLE moved;
CREATE UNIQUE INDEX change_by_creation ON change (subject) WHERE kind = 1;
CREATE INDEX change_by_subject ON change (subject_kind, subject, seq) WHERE kind <> 1 AND subject_kind > 0;

-- From a subject's block of 1,024 a salt for each of its changes (engine/core/journal.cpp).
CREATE TABLE salt (
  subject_kind INTEGER NOT NULL,
  block INTEGER NOT NULL,
  seed BLOB NOT NULL CHECK (length(seed) = 32),
  PRIMARY KEY (subject_kind, block)
) STRICT, WITHOUT ROWID;

-- The links: who, when, up to which row, the root over the leaves of its changes, the digest of its entries,
-- and `node`, the root of the largest complete subtree of links that ends with it. Digests of the format
-- before are made anew by the engine, in the transaction of this script.
CREATE TABLE moved AS SELECT id, at_us, actor, change_last, entry_last FROM audit;
DROP TABLE audit;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  change_last INTEGER NOT NULL,
  entry_last INTEGER NOT NULL,
  changes BLOB NOT NULL,
  entries BLOB NOT NULL,
  node BLOB NOT NULL
) STRICT;
INSERT INTO audit (id, at_us, actor, change_last, entry_last, changes, entries, node)
SELECT id, at_us, actor, change_last, entry_last, x'', x'', x'' FROM moved;
DROP TABLE moved;
CREATE INDEX audit_by_change ON audit (change_last);

-- Codes are kept in their key form alone, so that whoever asks for a code by SQL finds the index.
PRAGMA defer_foreign_keys = ON;        -- until all rows are back
CREATE TABLE moved AS SELECT * FROM customer_row;
DROP TABLE customer_row;
CREATE TABLE customer_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,                 -- in NFC
  name TEXT NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
  short_name TEXT NOT NULL DEFAULT '',
  since_day INTEGER NOT NULL,
  version INTEGER NOT NULL            -- the change that last touched it
) STRICT;
INSERT INTO customer_row (id, code, name, kind, short_name, since_day, version)
SELECT id, code_key, name, kind, short_name, since_day, version FROM moved;
DROP TABLE moved;
CREATE UNIQUE INDEX customer_by_code ON customer_row (code);

-- Rows that only the engine writes, which gives them ids that exist: a foreign key is a look-up a row.
CREATE TABLE moved AS SELECT * FROM customer_standing;
DROP TABLE customer_standing;
CREATE TABLE customer_standing (
  customer_id INTEGER PRIMARY KEY,
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
  first_entry_day INTEGER
) STRICT;
INSERT INTO customer_standing SELECT * FROM moved;
DROP TABLE moved;

CREATE TABLE moved AS SELECT * FROM contact_row;
DROP TABLE contact_row;
CREATE TABLE contact_row (
  customer_id INTEGER NOT NULL,
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
INSERT INTO contact_row SELECT * FROM moved;
DROP TABLE moved;

CREATE TABLE moved AS SELECT * FROM customer_attribute_row;
DROP TABLE customer_attribute_row;
CREATE TABLE customer_attribute_row (
  customer_id INTEGER NOT NULL,
  attribute_id INTEGER NOT NULL,
  number INTEGER,                     -- integer, money, decimal (scaled), boolean, date
  text TEXT,
  observed_day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, attribute_id),
  CHECK ((number IS NULL) <> (text IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO customer_attribute_row SELECT * FROM moved;
DROP TABLE moved;

CREATE TABLE moved AS SELECT * FROM customer_class_row;
DROP TABLE customer_class_row;
CREATE TABLE customer_class_row (
  customer_id INTEGER PRIMARY KEY,
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
INSERT INTO customer_class_row SELECT * FROM moved;
DROP TABLE moved;

INSERT INTO change_kind (kind, name) VALUES (22, 'file.migrated');

-- Read by the library, since it makes what new customers were; a bare SQLite shell has no such module.
CREATE VIEW change_log AS
SELECT seq, kind, customer_id, body, at_us, actor FROM crmcore_change;
