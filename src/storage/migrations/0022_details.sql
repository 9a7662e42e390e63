-- What is known of customers beside their fields, of each kind as much as there is. What a customer was made with, and what
-- changed since, is told with the customer.
CREATE TABLE customer_detail_row (
  customer_id INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 7),
  key TEXT NOT NULL,                  -- names it among those of its kind
  use TEXT NOT NULL,                  -- of an alias or an address; channel of a consent, kind of a link
  label TEXT NOT NULL,                -- name of an alias, label, purpose, product, topic, field
  place TEXT NOT NULL,                -- postcode, where a holding is
  text TEXT NOT NULL,                 -- also the decision of a consent
  number INTEGER NOT NULL,            -- of a note, of the contact of a consent, id of the other customer of a link; else 0
  amount INTEGER,                     -- of a holding
  observed_day INTEGER NOT NULL,
  until_day INTEGER,
  source TEXT NOT NULL,
  confidence INTEGER CHECK (confidence BETWEEN 0 AND 3),
  PRIMARY KEY (customer_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_detail_by_link ON customer_detail_row (number, use) WHERE kind = 7;

CREATE VIEW customer_detail AS
SELECT d.customer_id, c.code AS customer_code,
       CASE d.kind WHEN 0 THEN 'alias' WHEN 1 THEN 'address' WHEN 2 THEN 'consent' WHEN 3 THEN 'note' WHEN 4 THEN 'holding'
         WHEN 5 THEN 'preference' WHEN 6 THEN 'evidence' ELSE 'link' END AS kind,
       d.key, d.use, d.label, d.place, d.text, d.number, d.amount, date(d.observed_day * 86400, 'unixepoch') AS observed,
       date(d.until_day * 86400, 'unixepoch') AS until, d.source,
       CASE d.confidence WHEN 0 THEN 'hearsay' WHEN 1 THEN 'told' WHEN 2 THEN 'document' WHEN 3 THEN 'verified' END
         AS confidence
FROM customer_detail_row d
JOIN customer_row c ON c.id = d.customer_id;

-- Of one who was merged it names the one who stayed.
CREATE VIEW customer_link AS
SELECT d.customer_id, d.customer_code, d.use AS kind, o.id AS other_id, o.code AS other_code, d.text, d.observed, d.until,
       d.source, d.confidence
FROM customer_detail d
LEFT JOIN customer_gone g ON g.customer_id = d.number
JOIN customer_row o ON o.id = coalesce(g.owner_id, d.number)
WHERE d.kind = 'link';
