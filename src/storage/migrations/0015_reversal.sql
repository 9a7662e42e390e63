-- Taking back the last review of a scheme, and the last run of a policy.

-- What each of them replaced that nothing else keeps, until it is taken back; its number is not given again then.
-- Reviews and runs of before there was such a table have no row.
CREATE TABLE reversal_row (
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1),  -- review, assignment run
  number INTEGER NOT NULL,
  undo TEXT NOT NULL,                 -- JSON (engine/assignment/revert.cpp)
  change_seq INTEGER,                 -- the change that tells that it was taken back; NULL: it stands
  PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- Primaries that a run replaced on the day on which they had begun, so that no interval is left of them.
CREATE TABLE assignment_replaced (
  customer_id INTEGER NOT NULL,
  by_run INTEGER NOT NULL,
  manager_id INTEGER,
  from_day INTEGER NOT NULL,
  origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2),
  run_id INTEGER,
  reason TEXT NOT NULL,
  is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
  PRIMARY KEY (customer_id, by_run)
) STRICT, WITHOUT ROWID;

INSERT INTO change_kind (kind, name) VALUES
  (44, 'grading.reverted'),
  (45, 'grade.reverted'),
  (65, 'assignment.reverted');

-- What was taken back. Other views tell of it no more; what was told of it is in change_log.
CREATE VIEW reversal AS
SELECT CASE r.kind WHEN 0 THEN 'review' ELSE 'run' END AS kind, r.number, r.change_seq
FROM reversal_row r
WHERE r.change_seq IS NOT NULL;
