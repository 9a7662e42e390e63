-- Assignment: units, managers and what is known of them, policies, runs with their decisions, who serves whom.
-- Days, instants and NULL as in 0001.

-- The organisation, a tree.
CREATE TABLE unit_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES unit_row (id),
  is_confidential INTEGER NOT NULL CHECK (is_confidential IN (0, 1))
) STRICT;

CREATE TABLE manager_row (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL UNIQUE,      -- NFC form of code
  name TEXT NOT NULL,
  level TEXT NOT NULL,                -- one of the policy's levels; empty: none
  level_since_day INTEGER NOT NULL,
  unit_id INTEGER REFERENCES unit_row (id),
  employment INTEGER NOT NULL CHECK (employment BETWEEN 0 AND 3),
  phone TEXT NOT NULL,
  span INTEGER NOT NULL CHECK (span >= 0),
  over_span_day INTEGER               -- since when the span is exceeded, told once; NULL: it is not
) STRICT;

CREATE TABLE manager_segment (
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  axis_id INTEGER NOT NULL REFERENCES axis_row (id),
  node_id INTEGER NOT NULL REFERENCES node_row (id),
  PRIMARY KEY (manager_id, axis_id, node_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE manager_skill (
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  specialty TEXT NOT NULL,
  proficiency INTEGER NOT NULL CHECK (proficiency BETWEEN 0 AND 100),
  PRIMARY KEY (manager_id, specialty)
) STRICT, WITHOUT ROWID;

CREATE TABLE manager_certificate (
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  certificate TEXT NOT NULL,
  expires_day INTEGER,                -- the first day on which it no longer counts
  PRIMARY KEY (manager_id, certificate)
) STRICT, WITHOUT ROWID;

-- Times when a manager was away; outside of them he is present. They do not overlap.
CREATE TABLE manager_absence (
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  from_day INTEGER NOT NULL,
  to_day INTEGER,
  status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 2),  -- on leave, left
  reason TEXT NOT NULL,
  PRIMARY KEY (manager_id, from_day),
  CHECK (to_day IS NULL OR from_day < to_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_relation (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
  strength INTEGER NOT NULL CHECK (strength BETWEEN 0 AND 100),
  day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, manager_id, kind)
) STRICT, WITHOUT ROWID;

-- Conflicts of interest.
CREATE TABLE customer_exclusion (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  reason TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, manager_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_need (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  specialty TEXT NOT NULL,
  PRIMARY KEY (customer_id, specialty)
) STRICT, WITHOUT ROWID;

-- A series of versions.
CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  code_key TEXT NOT NULL UNIQUE
) STRICT;

-- Immutable once a run used it.
CREATE TABLE policy_version (
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  version INTEGER NOT NULL CHECK (version > 0),
  document TEXT NOT NULL,             -- canonical JSON
  change_seq INTEGER NOT NULL,        -- when it was put
  PRIMARY KEY (policy_id, version)
) STRICT, WITHOUT ROWID;

-- What is read of the document in SQL: whose grades it reads, and the weights of a manager's load.
CREATE TABLE policy_terms (
  policy_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  scheme_id INTEGER REFERENCES scheme (id),  -- NULL: none
  ungraded_weight INTEGER NOT NULL,
  PRIMARY KEY (policy_id, version),
  FOREIGN KEY (policy_id, version) REFERENCES policy_version (policy_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_weight (
  policy_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  grade INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  PRIMARY KEY (policy_id, version, grade),
  FOREIGN KEY (policy_id, version) REFERENCES policy_version (policy_id, version)
) STRICT, WITHOUT ROWID;

-- Whose turn it is, per policy.
CREATE TABLE rotation (
  policy_id INTEGER NOT NULL REFERENCES policy (id),
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  last INTEGER NOT NULL,
  PRIMARY KEY (policy_id, manager_id)
) STRICT, WITHOUT ROWID;

-- A plan that was applied.
CREATE TABLE assignment_run_row (
  id INTEGER PRIMARY KEY,
  policy_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  as_of_day INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1),  -- policy, handover
  summary TEXT NOT NULL,              -- JSON: counts, loads
  digest BLOB NOT NULL,               -- of the plan
  change_seq INTEGER NOT NULL,        -- the change that tells of it
  FOREIGN KEY (policy_id, version) REFERENCES policy_version (policy_id, version)
) STRICT;

-- What the stages of a run found for customers who look alike: counts by rejection, and candidates.
CREATE TABLE assignment_consideration (
  run_id INTEGER NOT NULL REFERENCES assignment_run_row (id),
  consideration_no INTEGER NOT NULL,
  body TEXT NOT NULL,                 -- JSON
  PRIMARY KEY (run_id, consideration_no)
) STRICT, WITHOUT ROWID;

-- Every change of a run with its reasons, in the words of assignment/decision.hpp.
CREATE TABLE assignment_decision (
  customer_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  from_manager INTEGER,
  to_manager INTEGER,
  cause INTEGER NOT NULL,             -- Trigger
  lost_by INTEGER NOT NULL,           -- Rejection
  unassigned INTEGER NOT NULL,        -- UnassignedReason
  tie_break INTEGER NOT NULL,
  stage INTEGER NOT NULL,             -- -1: none
  full_count INTEGER NOT NULL,
  full_detailed INTEGER NOT NULL,     -- bits over the candidates of the stage
  runner_up INTEGER,
  load_before INTEGER NOT NULL,
  runner_up_load INTEGER NOT NULL,
  consideration_no INTEGER NOT NULL,
  PRIMARY KEY (customer_id, run_id)
) STRICT, WITHOUT ROWID;

-- The primary manager of each customer now. A customer who lost its manager has an explicit row without
-- one; a customer who never had one has no row. Exactly one at an instant by construction.
CREATE TABLE assignment_now (
  customer_id INTEGER PRIMARY KEY,
  manager_id INTEGER REFERENCES manager_row (id),
  from_day INTEGER NOT NULL,
  origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2),  -- policy, handover, manual
  run_id INTEGER,                     -- where a run decided
  reason TEXT NOT NULL,               -- where a person did; else empty
  is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1))
) STRICT;
CREATE INDEX assignment_now_by_manager ON assignment_now (manager_id);

-- Primaries that ended. The present one begins where the last of these ends.
CREATE TABLE assignment_past (
  customer_id INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  manager_id INTEGER,
  origin INTEGER NOT NULL,
  run_id INTEGER,
  reason TEXT NOT NULL,
  PRIMARY KEY (customer_id, to_day),
  CHECK (from_day < to_day)
) STRICT, WITHOUT ROWID;

-- Others beside the primary: backups (temporary cover has an end and ends by itself), team, on-site.
CREATE TABLE assignment_side (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),  -- backup, team, on site
  manager_id INTEGER NOT NULL REFERENCES manager_row (id),
  from_day INTEGER NOT NULL,
  to_day INTEGER,
  origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2),
  run_id INTEGER,
  reason TEXT NOT NULL,
  PRIMARY KEY (customer_id, role, manager_id, from_day),
  CHECK (to_day IS NULL OR from_day < to_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_side_by_manager ON assignment_side (manager_id);

-- Public views.

CREATE VIEW manager_current AS
SELECT m.id AS manager_id, m.code, m.name, m.level, date(m.level_since_day * 86400, 'unixepoch') AS level_since,
       u.code AS unit,
       CASE m.employment WHEN 0 THEN 'part_time' WHEN 1 THEN 'dedicated' WHEN 2 THEN 'agent' ELSE 'on_site' END
         AS employment,
       m.phone, m.span, date(m.over_span_day * 86400, 'unixepoch') AS over_span_since
FROM manager_row m LEFT JOIN unit_row u ON u.id = m.unit_id;

CREATE VIEW unit_current AS
SELECT u.id AS unit_id, u.code, u.name, p.code AS parent, u.is_confidential
FROM unit_row u LEFT JOIN unit_row p ON p.id = u.parent_id;

-- Times of leave and after leaving, half-open.
CREATE VIEW manager_absence_log AS
SELECT m.code AS manager, CASE a.status WHEN 1 THEN 'on_leave' ELSE 'left' END AS status,
       date(a.from_day * 86400, 'unixepoch') AS valid_from, date(a.to_day * 86400, 'unixepoch') AS valid_to,
       a.reason
FROM manager_absence a JOIN manager_row m ON m.id = a.manager_id;

CREATE VIEW policy_current AS
SELECT p.code AS policy, v.version, s.code AS scheme, v.document
FROM policy p
JOIN policy_version v ON v.policy_id = p.id
 AND v.version = (SELECT max(w.version) FROM policy_version w WHERE w.policy_id = p.id)
JOIN policy_terms t ON t.policy_id = v.policy_id AND t.version = v.version
LEFT JOIN scheme s ON s.id = t.scheme_id;

-- Who serves whom now, in any role. `manager` is NULL in the explicit row of who lost a manager.
CREATE VIEW assignment_current AS
SELECT a.customer_id, c.code AS customer_code, c.name AS customer_name, m.code AS manager, m.name AS manager_name,
       'primary' AS role, date(a.from_day * 86400, 'unixepoch') AS valid_from, NULL AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason, a.is_locked
FROM assignment_now a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
UNION ALL
SELECT a.customer_id, c.code, c.name, m.code, m.name,
       CASE a.role WHEN 1 THEN 'backup' WHEN 2 THEN 'team' ELSE 'on_site' END,
       date(a.from_day * 86400, 'unixepoch'), date(a.to_day * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason, 0
FROM assignment_side a
JOIN customer_row c ON c.id = a.customer_id
JOIN manager_row m ON m.id = a.manager_id;

-- All primaries there were, half-open; valid_to is NULL for the present one.
CREATE VIEW assignment_history AS
SELECT a.customer_id, c.code AS customer_code, m.code AS manager, m.name AS manager_name,
       date(a.from_day * 86400, 'unixepoch') AS valid_from, date(a.to_day * 86400, 'unixepoch') AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason
FROM assignment_past a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
UNION ALL
SELECT a.customer_id, c.code, m.code, m.name, date(a.from_day * 86400, 'unixepoch'), NULL,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason
FROM assignment_now a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id;

-- Customers and weighted load of every manager, by each policy's newest weights.
CREATE VIEW manager_load AS
SELECT p.code AS policy, m.code AS manager, m.name AS manager_name, m.level, u.code AS unit,
       count(a.customer_id) AS customers,
       coalesce(sum(CASE WHEN a.customer_id IS NULL THEN 0 ELSE coalesce(w.weight, t.ungraded_weight) END), 0)
         AS load,
       m.span
FROM policy p
JOIN policy_version v ON v.policy_id = p.id
 AND v.version = (SELECT max(x.version) FROM policy_version x WHERE x.policy_id = p.id)
JOIN policy_terms t ON t.policy_id = v.policy_id AND t.version = v.version
CROSS JOIN manager_row m
LEFT JOIN unit_row u ON u.id = m.unit_id
LEFT JOIN assignment_now a ON a.manager_id = m.id
LEFT JOIN grade_state g ON g.subject_id = a.customer_id AND g.scheme_id = t.scheme_id
LEFT JOIN policy_weight w ON w.policy_id = v.policy_id AND w.version = v.version AND w.grade = g.grade
GROUP BY p.id, m.id;

CREATE VIEW assignment_run AS
SELECT r.id AS run, p.code AS policy, r.version, date(r.as_of_day * 86400, 'unixepoch') AS as_of,
       CASE r.kind WHEN 0 THEN 'policy' ELSE 'handover' END AS kind, r.summary,
       lower(hex(r.digest)) AS digest, r.change_seq
FROM assignment_run_row r JOIN policy p ON p.id = r.policy_id;

-- Why customers changed hands in runs.
CREATE VIEW assignment_reason AS
SELECT d.customer_id, c.code AS customer_code, d.run_id AS run, f.code AS from_manager, t.code AS to_manager,
       CASE d.cause WHEN 1 THEN 'unassigned' WHEN 2 THEN 'manager_left' WHEN 3 THEN 'ineligible'
         ELSE 'level_mismatch' END AS cause,
       d.stage, CASE d.tie_break WHEN 0 THEN 'only_candidate' WHEN 1 THEN 'preference' WHEN 2 THEN 'load'
         WHEN 3 THEN 'rotation' ELSE 'id' END AS tie_break,
       CASE d.unassigned WHEN 0 THEN NULL WHEN 1 THEN 'full' WHEN 2 THEN 'absent' WHEN 3 THEN 'certificate_expired'
         WHEN 4 THEN 'barred' ELSE 'no_match' END AS unassigned,
       r.code AS runner_up, d.load_before, d.runner_up_load, d.full_count
FROM assignment_decision d
JOIN customer_row c ON c.id = d.customer_id
LEFT JOIN manager_row f ON f.id = d.from_manager
LEFT JOIN manager_row t ON t.id = d.to_manager
LEFT JOIN manager_row r ON r.id = d.runner_up;
