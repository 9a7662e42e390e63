-- The ledger's derived tables, laid out by what a posting writes.

-- Totals per customer and day, packed per month and block of 1,024 customers: derived from ledger_entry_row, kept in
-- its transactions, checked and rebuilt by verify. key = month index * 2^43 + block: a feed is of the present month,
-- so that what a posting writes lies together (ledger_block had the block before the month).
CREATE TABLE ledger_totals (
  month_block INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
INSERT INTO ledger_totals (month_block, body)
SELECT ((block_month & 131071) << 43) | (block_month >> 17), body FROM ledger_block
WHERE block_month >= 0 ORDER BY 1;
DROP TABLE ledger_block;

-- The totals of small postings that are not packed yet, in the order in which they were posted: each body is of a page
-- at most. What ledger_open has goes into ledger_totals and the table goes when the file is migrated, by
-- storage/ledger_open_rows.cpp.
CREATE TABLE ledger_recent (
  id INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
