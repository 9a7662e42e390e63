-- Primaries that begin on a day to come: each takes the place of the one before by itself on its day, in whatever
-- asks who serves a customer, until a write to that customer moves it to assignment_now. Parts beside the primary have
-- days of their own.
CREATE TABLE assignment_ahead (
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  from_day INTEGER NOT NULL,
  manager_id INTEGER REFERENCES manager_row (id),  -- NULL: nobody
  origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2),
  run_id INTEGER,
  reason TEXT NOT NULL,
  is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
  PRIMARY KEY (customer_id, from_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_ahead_by_run ON assignment_ahead (run_id);

INSERT INTO change_kind (kind, name) VALUES (61, 'assignment.withdrawn');

DROP VIEW assignment_current;
DROP VIEW assignment_history;

-- Who serves whom today, in any role. `manager` is NULL in the explicit row of who lost a manager.
CREATE VIEW assignment_current AS
SELECT a.customer_id, c.code AS customer_code, c.name AS customer_name, m.code AS manager, m.name AS manager_name,
       'primary' AS role, date(a.from_day * 86400, 'unixepoch') AS valid_from,
       date(a.to_day * 86400, 'unixepoch') AS valid_to,
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
JOIN manager_row m ON m.id = a.manager_id
WHERE a.from_day <= crmcore_today() AND coalesce(a.to_day > crmcore_today(), 1);

-- What begins after today, in any role; assignment.withdraw takes it back.
CREATE VIEW assignment_ahead_log AS
SELECT a.customer_id, c.code AS customer_code, c.name AS customer_name, m.code AS manager, m.name AS manager_name,
       'primary' AS role, date(a.from_day * 86400, 'unixepoch') AS valid_from, NULL AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason, a.is_locked
FROM assignment_ahead a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
WHERE a.from_day > crmcore_today()
UNION ALL
SELECT a.customer_id, c.code, c.name, m.code, m.name,
       CASE a.role WHEN 1 THEN 'backup' WHEN 2 THEN 'team' ELSE 'on_site' END,
       date(a.from_day * 86400, 'unixepoch'), date(a.to_day * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason, 0
FROM assignment_side a
JOIN customer_row c ON c.id = a.customer_id
JOIN manager_row m ON m.id = a.manager_id
WHERE a.from_day > crmcore_today();

-- All primaries there were and will be, and all parts beside them, half-open; valid_to is NULL where no end is known.
CREATE VIEW assignment_history AS
SELECT a.customer_id, c.code AS customer_code, m.code AS manager, m.name AS manager_name, 'primary' AS role,
       date(a.from_day * 86400, 'unixepoch') AS valid_from, date(a.to_day * 86400, 'unixepoch') AS valid_to,
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END AS origin, a.run_id AS run,
       a.reason
FROM assignment_past a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
UNION ALL
SELECT a.customer_id, c.code, m.code, m.name, 'primary', date(a.from_day * 86400, 'unixepoch'),
       date(a.to_day * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason
FROM crmcore_primary(-719162) a  -- 0001-01-01: without anything that lay ahead
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
UNION ALL
SELECT a.customer_id, c.code, m.code, m.name, 'primary', date(a.from_day * 86400, 'unixepoch'),
       date((SELECT min(b.from_day) FROM assignment_ahead b
             WHERE b.customer_id = a.customer_id AND b.from_day > a.from_day) * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason
FROM assignment_ahead a
JOIN customer_row c ON c.id = a.customer_id
LEFT JOIN manager_row m ON m.id = a.manager_id
UNION ALL
SELECT a.customer_id, c.code, m.code, m.name,
       CASE a.role WHEN 1 THEN 'backup' WHEN 2 THEN 'team' ELSE 'on_site' END,
       date(a.from_day * 86400, 'unixepoch'), date(a.to_day * 86400, 'unixepoch'),
       CASE a.origin WHEN 0 THEN 'policy' WHEN 1 THEN 'handover' ELSE 'manual' END, a.run_id, a.reason
FROM assignment_side a
JOIN customer_row c ON c.id = a.customer_id
JOIN manager_row m ON m.id = a.manager_id;
