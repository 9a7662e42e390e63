-- What is left of what was taken away or renamed.

-- Codes that customers had before: they go on naming them. Whoever has a code now is in customer_row alone.
CREATE TABLE customer_past_code (
  code TEXT PRIMARY KEY,              -- in NFC
  customer_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The greatest number of a contact that was taken away, which is not given again; no row: none was.
CREATE TABLE contact_gone (
  customer_id INTEGER PRIMARY KEY,
  contact_no INTEGER NOT NULL
) STRICT;
