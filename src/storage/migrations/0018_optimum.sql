-- The words of the optimal solver: who is moved though the manager might keep him, and what decided where all are
-- placed at once.
DROP VIEW assignment_reason;
CREATE VIEW assignment_reason AS
SELECT d.customer_id, c.code AS customer_code, d.run_id AS run, f.code AS from_manager, t.code AS to_manager,
       CASE d.cause WHEN 1 THEN 'unassigned' WHEN 2 THEN 'manager_left' WHEN 3 THEN 'ineligible'
         WHEN 4 THEN 'level_mismatch' ELSE 'rebalanced' END AS cause,
       d.stage, CASE d.tie_break WHEN 0 THEN 'only_candidate' WHEN 1 THEN 'preference' WHEN 2 THEN 'load'
         WHEN 3 THEN 'rotation' WHEN 4 THEN 'id' ELSE 'optimum' END AS tie_break,
       CASE d.unassigned WHEN 0 THEN NULL WHEN 1 THEN 'full' WHEN 2 THEN 'absent' WHEN 3 THEN 'certificate_expired'
         WHEN 4 THEN 'barred' ELSE 'no_match' END AS unassigned,
       r.code AS runner_up, d.load_before, d.runner_up_load, d.full_count
FROM crmcore_decision d
JOIN customer_row c ON c.id = d.customer_id
LEFT JOIN manager_row f ON f.id = d.from_manager
LEFT JOIN manager_row t ON t.id = d.to_manager
LEFT JOIN manager_row r ON r.id = d.runner_up;
