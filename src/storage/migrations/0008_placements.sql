-- First placements by a run, packed: a run that gives everybody a manager writes some hundred rows, not millions.
-- Of a customer, whoever has a row in assignment_now is served as that says, else as the first placement says, which
-- is never changed. Files of the format before keep their rows.

-- block_run = block * 2^32 + run: the customers of a block of 1,024 whom the run gave their first manager, and why
-- (storage/placement_block.hpp). A run with few of them in a block has rows for these instead, in assignment_now and
-- assignment_decision.
CREATE TABLE placement_block (
  block_run INTEGER PRIMARY KEY,
  managers BLOB NOT NULL,             -- who, and by whom served
  reasons BLOB NOT NULL
) STRICT;

-- The same by manager, in the order of customers; follows from placement_block.
CREATE TABLE placement_received (
  manager_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  customers BLOB NOT NULL,
  PRIMARY KEY (manager_id, run_id)
) STRICT, WITHOUT ROWID;

-- What a run found for customers who look alike, packed (storage/consideration.hpp);
-- finding = run * 2^32 + consideration_no. assignment_consideration has those of runs before there was such a table.
CREATE TABLE assignment_finding (
  finding INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

DROP VIEW assignment_current;
DROP VIEW assignment_history;
DROP VIEW manager_load;
DROP VIEW assignment_reason;

-- Who serves whom now, in any role. `manager` is NULL in the explicit row of who lost a manager.
CREATE VIEW assignment_current AS
SELECT a.customer_id, c.code AS customer_code, c.name AS customer_name, m.code AS manager, m.name AS manager_name,
       'primary' AS role, date(a.from_day * 86400, 'unixepoch') AS valid_from, NULL AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason, a.is_locked
FROM crmcore_primary a
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
FROM crmcore_primary a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id;

-- Customers and weighted load of every manager, by each policy's newest weights.
CREATE VIEW manager_load AS
SELECT p.code AS policy, m.code AS manager, m.name AS manager_name, m.level, u.code AS unit,
       sum(l.customers) AS customers, sum(l.customers * coalesce(w.weight, t.ungraded_weight)) AS load, m.span
FROM policy p
JOIN policy_version v ON v.policy_id = p.id
 AND v.version = (SELECT max(x.version) FROM policy_version x WHERE x.policy_id = p.id)
JOIN policy_terms t ON t.policy_id = v.policy_id AND t.version = v.version
JOIN crmcore_manager_grade l ON l.scheme_id = coalesce(t.scheme_id, 0)
JOIN manager_row m ON m.id = l.manager_id
LEFT JOIN unit_row u ON u.id = m.unit_id
LEFT JOIN policy_weight w ON w.policy_id = v.policy_id AND w.version = v.version AND w.grade = l.grade
GROUP BY p.id, m.id, p.code, m.code;  -- a condition on a code comes inside by the codes

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
FROM crmcore_decision d
JOIN customer_row c ON c.id = d.customer_id
LEFT JOIN manager_row f ON f.id = d.from_manager
LEFT JOIN manager_row t ON t.id = d.to_manager
LEFT JOIN manager_row r ON r.id = d.runner_up;
