-- Nodes change over time, and classes that follow from facts are decided otherwise by hand.

-- Each state begins where the node's one before ends, the first with the node, and the present one, in node_row, where
-- the last ends: there is neither gap nor overlap. Names and parents that were corrected are not here, they never were.
CREATE TABLE node_past_row (
  node_id INTEGER NOT NULL REFERENCES node_row (id),
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES node_row (id),
  PRIMARY KEY (node_id, to_day)
) STRICT, WITHOUT ROWID;

-- A class that was decided by hand on an axis that derives it; at most one that is not lifted for a customer and axis.
CREATE TABLE class_override_row (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer_row (id),
  axis_id INTEGER NOT NULL REFERENCES axis_row (id),
  node_id INTEGER NOT NULL REFERENCES node_row (id),
  from_day INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  lifted_day INTEGER,                 -- NULL: it stands
  lift_reason TEXT NOT NULL DEFAULT '',
  lift_actor TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX class_override_by_customer ON class_override_row (customer_id);

INSERT INTO change_kind (kind, name) VALUES
  (13, 'axis.nodes_changed'),
  (16, 'class.overridden'),
  (17, 'class.override_lifted');

-- Names and parents of nodes that ended, half-open; valid_from is NULL where a node always was.
CREATE VIEW node_past AS
SELECT p.node_id, a.code AS axis, n.code, p.name, u.code AS parent,
       date(coalesce((SELECT max(b.to_day) FROM node_past_row b WHERE b.node_id = p.node_id AND b.to_day < p.to_day),
                     n.from_day) * 86400, 'unixepoch') AS valid_from,
       date(p.to_day * 86400, 'unixepoch') AS valid_to
FROM node_past_row p
JOIN node_row n ON n.id = p.node_id
JOIN axis_row a ON a.id = n.axis_id
LEFT JOIN node_row u ON u.id = p.parent_id;

-- lifted is NULL for those that stand.
CREATE VIEW class_override AS
SELECT o.id AS override, o.customer_id, c.code AS customer_code, a.code AS axis, n.code AS node, n.name AS node_name,
       date(o.from_day * 86400, 'unixepoch') AS valid_from, o.reason, o.actor,
       date(o.lifted_day * 86400, 'unixepoch') AS lifted, o.lift_reason, o.lift_actor
FROM class_override_row o
JOIN customer_row c ON c.id = o.customer_id
JOIN axis_row a ON a.id = o.axis_id
JOIN node_row n ON n.id = o.node_id;
