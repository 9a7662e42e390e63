-- Grades in narrow rows of one integer key, and what reports tell of a review kept beside it.

-- The grade of each subject under each scheme; key = scheme_id * 2^40 + subject_id, so that a scheme's rows lie
-- together in the order of subjects. A first grade is all that its row holds: what is NULL follows from
-- `first_review`, on whose date both grades are from, without a streak. Whoever moved has all columns;
-- `computed` alone says which of the two a row is. A review writes the rows that it changes.
CREATE TABLE grade_row (
  grade_key INTEGER PRIMARY KEY,
  grade INTEGER NOT NULL,             -- in force
  first_review INTEGER NOT NULL,      -- that gave it its first grade without an event; 0 = none
  computed INTEGER,                   -- what the rules alone give; differs under an override
  since_day INTEGER,                  -- of `grade`
  computed_since_day INTEGER,         -- of `computed`; also NULL while that is ungraded
  streak INTEGER,                     -- reviews on one side: > 0 rising, < 0 falling
  streak_version INTEGER,             -- of the scheme under which it was counted
  warned_day INTEGER,
  counted_review INTEGER              -- the last review that moved it or counted; 0 = none
) STRICT;

INSERT INTO grade_row (grade_key, grade, first_review, computed, since_day, computed_since_day, streak,
                       streak_version, warned_day, counted_review)
SELECT g.scheme_id * 1099511627776 + g.subject_id, g.grade, g.first_review,
       CASE WHEN g.is_first THEN NULL ELSE g.computed END,
       CASE WHEN g.is_first THEN NULL ELSE g.since_day END,
       CASE WHEN g.is_first THEN NULL ELSE g.computed_since_day END,
       CASE WHEN g.is_first THEN NULL ELSE g.streak END,
       CASE WHEN g.is_first THEN NULL ELSE g.streak_version END,
       g.warned_day,
       CASE WHEN g.is_first THEN NULL ELSE g.counted_review END
FROM (SELECT o.*, coalesce(o.computed = o.grade AND o.since_day = r.as_of_day
               AND o.computed_since_day = r.as_of_day AND o.streak = 0 AND o.streak_version = 0
               AND o.warned_day IS NULL AND o.counted_review = r.id, FALSE) AS is_first
      FROM grade_state o LEFT JOIN review r ON r.id = o.first_review) g
ORDER BY 1;

DROP VIEW grade_current;
DROP VIEW grade_history;
DROP VIEW manager_load;
DROP TABLE grade_state;

-- What reports tell of a review (pyramid, concentration, movers), packed; derived from its record, and absent
-- where it was committed before there was such a table (engine/grading/review/report.hpp).
CREATE TABLE review_report (
  review_id INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

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
LEFT JOIN scheme_grade k ON k.scheme_id = s.id AND k.grade = coalesce(g.computed, g.grade);

-- First grades and every change after them.
CREATE VIEW grade_history AS
SELECT c.id AS customer_id, c.code AS customer_code, s.code AS scheme, NULL AS from_grade,
       n.name AS to_grade, n.name AS target, 'placement' AS rule, 0 AS streak,
       date(r.as_of_day * 86400, 'unixepoch') AS date, r.version, r.id AS review, r.change_seq
FROM customer_row c
JOIN scheme s ON s.subject = 'customer'
JOIN grade_row g ON g.grade_key = s.id * 1099511627776 + c.id
JOIN review r ON r.id = g.first_review
JOIN scheme_grade n ON n.scheme_id = s.id AND n.grade = coalesce(
  (SELECT e.from_grade FROM grade_event e
   WHERE e.subject_id = c.id AND e.scheme_id = s.id AND e.change_seq > r.change_seq
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
LEFT JOIN grade_row g ON g.grade_key = t.scheme_id * 1099511627776 + a.customer_id
LEFT JOIN policy_weight w ON w.policy_id = v.policy_id AND w.version = v.version AND w.grade = g.grade
GROUP BY p.id, m.id;
