-- What reads of one customer or of all of them need.

-- Which entries the block's customers have in the month (storage/entry_index.hpp): derived from ledger_entry_row as the
-- totals are. Filled for a file of an older format by storage/entry_index_rows.cpp.
ALTER TABLE ledger_totals ADD COLUMN entries BLOB NOT NULL DEFAULT x'';

-- Numbers of all customers, a vector for each axis (the node's number within the axis in the order of ids) and for
-- each scheme (grade + 3), 0 for those who have none: one or two bytes each, in blocks of 1,984 customers
-- (storage/packed_vector.hpp). key = (kind * 2^20 + id of axis or scheme) * 2^38 + block, kind 1 axes, 2 schemes.
-- Derived from customer_class_row and grade_row; filled for a file of an older format by
-- storage/packed_vector_rows.cpp.
CREATE TABLE packed_vector (
  vector_block INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

-- Of one manager by its code the views read nothing else.
CREATE INDEX manager_by_code ON manager_row (code);
