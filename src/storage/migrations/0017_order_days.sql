-- In which windows a document counts as an order.

-- The days of documents that have revenue of one customer on several days, all of them. Totals count an order
-- on the first one; a window that begins after it finds the later ones here. Derived from the entries.
CREATE TABLE order_day (
  customer_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  document TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, source_id, document, day)
) STRICT, WITHOUT ROWID;

INSERT INTO order_day (customer_id, source_id, document, day)
SELECT DISTINCT e.customer_id, e.source_id, e.document, e.day
FROM ledger_entry_row e
JOIN (SELECT source_id, document, customer_id FROM ledger_entry_row WHERE kind = 0
      GROUP BY source_id, document, customer_id HAVING min(day) < max(day)) m
  ON m.source_id = e.source_id AND m.document = e.document AND m.customer_id = e.customer_id
WHERE e.kind = 0;
