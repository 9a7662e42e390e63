-- What people ask first, in SQL.

-- A row per customer, axis and node that its class lies in, the class itself included: who is under 华东.
CREATE VIEW customer_under AS
WITH RECURSIVE customer_under (axis_id, class_id, node_id, distance) AS (
  SELECT n.axis_id, n.id, n.id, 0 FROM node_row n
  UNION ALL
  SELECT b.axis_id, b.class_id, n.parent_id, b.distance + 1
  FROM customer_under b JOIN node_row n ON n.id = b.node_id
  WHERE n.parent_id IS NOT NULL AND b.distance < 64  -- no tree is deeper; a damaged one may go in a circle
)
SELECT k.customer_id, c.code AS customer_code, c.name AS customer_name, a.code AS axis, u.code AS node,
       u.name AS node_name, n.code AS class, n.name AS class_name, b.distance
FROM customer_class_row k
JOIN customer_row c ON c.id = k.customer_id
CROSS JOIN axis_row a
JOIN node_row n ON n.id = CASE a.slot
  WHEN 1 THEN k.class_1 WHEN 2 THEN k.class_2 WHEN 3 THEN k.class_3 WHEN 4 THEN k.class_4
  WHEN 5 THEN k.class_5 WHEN 6 THEN k.class_6 WHEN 7 THEN k.class_7 WHEN 8 THEN k.class_8
  WHEN 9 THEN k.class_9 WHEN 10 THEN k.class_10 WHEN 11 THEN k.class_11 ELSE k.class_12 END
JOIN customer_under b ON b.class_id = n.id
JOIN node_row u ON u.id = b.node_id;
