-- Grading: schemes, reviews with their snapshots, grades, overrides, the blacklist.
-- A subject is what a scheme grades; for customers subject_id is the customer's id. A grade is its place in
-- the scheme's list, 0 the best; -1 ungraded, -2 blocked. Days, instants and NULL as in 0001.

-- A series of versions. The grades are named here once, because they may not change between versions.
CREATE TABLE scheme (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL UNIQUE,      -- NFC form of code
  subject TEXT NOT NULL
) STRICT;

CREATE TABLE scheme_grade (
  scheme_id INTEGER NOT NULL REFERENCES scheme (id),
  grade INTEGER NOT NULL CHECK (grade BETWEEN -2 AND 25),
  name TEXT NOT NULL,
  PRIMARY KEY (scheme_id, grade)
) STRICT, WITHOUT ROWID;

-- Immutable once a review used it.
CREATE TABLE scheme_version (
  scheme_id INTEGER NOT NULL REFERENCES scheme (id),
  version INTEGER NOT NULL CHECK (version > 0),
  document TEXT NOT NULL,             -- canonical JSON
  change_seq INTEGER NOT NULL,        -- when it was put
  PRIMARY KEY (scheme_id, version)
) STRICT, WITHOUT ROWID;

-- One evaluation that was committed. What it saw and did is in its blocks and, for subjects that are not there,
-- in those of its base; nothing here is ever changed.
CREATE TABLE review (
  id INTEGER PRIMARY KEY,
  scheme_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  as_of_day INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),  -- scheduled, ad hoc, correction
  subjects INTEGER NOT NULL,
  entry_last INTEGER NOT NULL,        -- the ledger as it stood
  change_last INTEGER NOT NULL,       -- and everything else
  change_seq INTEGER NOT NULL,        -- the change that tells of it
  base_review INTEGER NOT NULL,       -- a whole review that this one keeps the difference to; 0 = is whole
  own_rows INTEGER NOT NULL,          -- subjects in its own blocks
  summary TEXT NOT NULL,              -- JSON: what commit answered, the matrix of moves, lines of the cut
  digest BLOB NOT NULL,               -- SHA-256 over the base's digest and the blocks
  FOREIGN KEY (scheme_id, version) REFERENCES scheme_version (scheme_id, version)
) STRICT;
-- A scheduled review happens once for a date.
CREATE UNIQUE INDEX review_scheduled ON review (scheme_id, as_of_day) WHERE kind = 0;

-- Snapshots, up to 1,024 subjects each: values, circumstances, states before and after, packed
-- (engine/grading/review/snapshot.hpp). key = review_id * 2^24 + block.
CREATE TABLE review_block (
  review_block INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

-- The grade of each subject under each scheme. A review writes the rows that it changes.
CREATE TABLE grade_state (
  subject_id INTEGER NOT NULL,
  scheme_id INTEGER NOT NULL,
  grade INTEGER NOT NULL,             -- in force
  computed INTEGER NOT NULL,          -- what the rules alone give; differs under an override
  since_day INTEGER NOT NULL,         -- of `grade`
  computed_since_day INTEGER,         -- of `computed`; NULL while it is ungraded
  streak INTEGER NOT NULL,            -- reviews on one side: > 0 rising, < 0 falling
  streak_version INTEGER NOT NULL,    -- of the scheme under which it was counted
  warned_day INTEGER,
  counted_review INTEGER NOT NULL,    -- the last review that moved it or counted; 0 = none
  first_review INTEGER NOT NULL,      -- that gave it its first grade without an event; 0 = none
  PRIMARY KEY (subject_id, scheme_id)
) STRICT, WITHOUT ROWID;

-- Every change of a grade in force, except that the first grade given by a review is not written here: it is
-- the `from_grade` of the first event, or the present grade (a first review of a million would write a
-- million rows that say nothing else).
CREATE TABLE grade_event (
  subject_id INTEGER NOT NULL,
  scheme_id INTEGER NOT NULL,
  change_seq INTEGER NOT NULL,        -- the change that tells of it
  from_grade INTEGER NOT NULL,
  to_grade INTEGER NOT NULL,
  target INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  streak INTEGER NOT NULL,
  day INTEGER NOT NULL,
  version INTEGER NOT NULL,
  review_id INTEGER NOT NULL,         -- 0: outside of a review (blacklist, override)
  PRIMARY KEY (subject_id, scheme_id, change_seq)
) STRICT, WITHOUT ROWID;

-- Absence of an override is the absence of a row, never a copy of the computed grade.
CREATE TABLE grade_override (
  subject_id INTEGER NOT NULL,
  scheme_id INTEGER NOT NULL REFERENCES scheme (id),
  override_no INTEGER NOT NULL,       -- from 1
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),  -- pin, floor, ceiling
  grade INTEGER NOT NULL CHECK (grade >= 0),
  from_day INTEGER NOT NULL,
  until_day INTEGER,                  -- NULL: until lifted
  lifted_day INTEGER,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),  -- in force, proposed, declined
  decided_by TEXT NOT NULL,           -- who approved or declined a proposal; empty = none was needed
  PRIMARY KEY (subject_id, scheme_id, override_no),
  CHECK (until_day IS NULL OR from_day < until_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX grade_override_open ON grade_override (scheme_id, subject_id) WHERE lifted_day IS NULL;

CREATE TABLE blacklist (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  from_day INTEGER NOT NULL,
  to_day INTEGER,                     -- NULL: still on it
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  lift_reason TEXT NOT NULL,
  lift_actor TEXT NOT NULL,
  PRIMARY KEY (customer_id, from_day)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX blacklist_open ON blacklist (customer_id) WHERE to_day IS NULL;

-- Something that makes the next review of a subject move it at once, such as a credit default.
CREATE TABLE grade_trigger (
  subject_id INTEGER NOT NULL,
  scheme_id INTEGER NOT NULL REFERENCES scheme (id),
  day INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  review_id INTEGER NOT NULL,         -- that acted on it; 0 = none yet
  PRIMARY KEY (subject_id, scheme_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX grade_trigger_open ON grade_trigger (scheme_id, subject_id) WHERE review_id = 0;

-- Public views.

CREATE VIEW scheme_current AS
SELECT s.code AS scheme, s.subject, v.version, v.document
FROM scheme s
JOIN scheme_version v ON v.scheme_id = s.id
 AND v.version = (SELECT max(w.version) FROM scheme_version w WHERE w.scheme_id = s.id);

CREATE VIEW grade_current AS
SELECT g.subject_id AS customer_id, c.code AS customer_code, c.name AS customer_name, s.code AS scheme,
       n.name AS grade, k.name AS computed_grade, g.grade AS grade_place,
       date(g.since_day * 86400, 'unixepoch') AS since,
       CASE WHEN g.streak > 0 THEN 'up' WHEN g.streak < 0 THEN 'down' ELSE 'none' END AS side,
       abs(g.streak) AS streak,
       date(g.warned_day * 86400, 'unixepoch') AS warned
FROM grade_state g
JOIN scheme s ON s.id = g.scheme_id AND s.subject = 'customer'
JOIN customer_row c ON c.id = g.subject_id
LEFT JOIN scheme_grade n ON n.scheme_id = g.scheme_id AND n.grade = g.grade
LEFT JOIN scheme_grade k ON k.scheme_id = g.scheme_id AND k.grade = g.computed;

-- First grades and every change after them.
CREATE VIEW grade_history AS
SELECT g.subject_id AS customer_id, c.code AS customer_code, s.code AS scheme, NULL AS from_grade,
       n.name AS to_grade, n.name AS target, 'placement' AS rule, 0 AS streak,
       date(r.as_of_day * 86400, 'unixepoch') AS date, r.version, r.id AS review, r.change_seq
FROM grade_state g
JOIN scheme s ON s.id = g.scheme_id AND s.subject = 'customer'
JOIN customer_row c ON c.id = g.subject_id
JOIN review r ON r.id = g.first_review
JOIN scheme_grade n ON n.scheme_id = g.scheme_id AND n.grade = coalesce(
  (SELECT e.from_grade FROM grade_event e
   WHERE e.subject_id = g.subject_id AND e.scheme_id = g.scheme_id AND e.change_seq > r.change_seq
   ORDER BY e.change_seq LIMIT 1), g.grade)
UNION ALL
SELECT e.subject_id, c.code, s.code, f.name, t.name, a.name,
       CASE e.rule WHEN 1 THEN 'blacklist' WHEN 2 THEN 'pin' WHEN 3 THEN 'coverage' WHEN 4 THEN 'grace'
       WHEN 5 THEN 'placement' WHEN 6 THEN 'band' WHEN 7 THEN 'promotion' WHEN 8 THEN 'demotion' WHEN 9
       THEN 'streak' WHEN 10 THEN 'dwell' WHEN 11 THEN 'urgent' WHEN 12 THEN 'steps' WHEN 13 THEN 'floor'
       WHEN 14 THEN 'ceiling' WHEN 15 THEN 'release' ELSE 'left' END, e.streak,
       date(e.day * 86400, 'unixepoch'), e.version, nullif(e.review_id, 0), e.change_seq
FROM grade_event e
JOIN scheme s ON s.id = e.scheme_id AND s.subject = 'customer'
JOIN customer_row c ON c.id = e.subject_id
LEFT JOIN scheme_grade f ON f.scheme_id = e.scheme_id AND f.grade = e.from_grade
LEFT JOIN scheme_grade t ON t.scheme_id = e.scheme_id AND t.grade = e.to_grade
LEFT JOIN scheme_grade a ON a.scheme_id = e.scheme_id AND a.grade = e.target;

CREATE VIEW review_run AS
SELECT r.id AS review, s.code AS scheme, r.version, date(r.as_of_day * 86400, 'unixepoch') AS as_of,
       CASE r.kind WHEN 0 THEN 'scheduled' WHEN 1 THEN 'ad_hoc' ELSE 'correction' END AS kind,
       r.subjects, r.summary, lower(hex(r.digest)) AS digest, r.change_seq
FROM review r JOIN scheme s ON s.id = r.scheme_id;

CREATE VIEW override_current AS
SELECT o.subject_id AS customer_id, c.code AS customer_code, s.code AS scheme, o.override_no AS override,
       CASE o.kind WHEN 0 THEN 'pin' WHEN 1 THEN 'floor' ELSE 'ceiling' END AS kind, n.name AS grade,
       date(o.from_day * 86400, 'unixepoch') AS valid_from, date(o.until_day * 86400, 'unixepoch') AS valid_to,
       o.reason, o.actor, CASE o.status WHEN 0 THEN 'in_force' ELSE 'proposed' END AS status, o.decided_by
FROM grade_override o
JOIN scheme s ON s.id = o.scheme_id
JOIN customer_row c ON c.id = o.subject_id
LEFT JOIN scheme_grade n ON n.scheme_id = o.scheme_id AND n.grade = o.grade
WHERE o.lifted_day IS NULL AND o.status <> 2;

CREATE VIEW blacklist_current AS
SELECT b.customer_id, c.code AS customer_code, c.name AS customer_name,
       date(b.from_day * 86400, 'unixepoch') AS since, b.reason, b.actor
FROM blacklist b JOIN customer_row c ON c.id = b.customer_id
WHERE b.to_day IS NULL;

-- Read from packed snapshots by the library; a bare SQLite shell has no such module.
CREATE VIEW grade_score AS
SELECT f.subject_id AS customer_id, c.code AS customer_code, s.code AS scheme, f.review, f.factor, f.value,
       f.score, n.name AS target, f.rule
FROM crmcore_grade_score f
JOIN scheme s ON s.id = f.scheme_id AND s.subject = 'customer'
JOIN customer_row c ON c.id = f.subject_id
LEFT JOIN scheme_grade n ON n.scheme_id = f.scheme_id AND n.grade = f.target;
